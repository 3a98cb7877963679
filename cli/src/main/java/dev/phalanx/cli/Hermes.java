package dev.phalanx.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code hermes} command. */
@Command(
    name = "hermes",
    description = "WebSocket server with topic pub/sub.",
    mixinStandardHelpOptions = true,
    version = "hermes 0.1.0",
    subcommands = {Serve.class, Connect.class, Bench.class},
    synopsisSubcommandLabel = "COMMAND")
public final class Hermes {
  private Hermes() {}

  /** Runs the command, and ends the process with 0, 1 (it failed) or 2 (it was misused). */
  public static void main(String[] arguments) {
    Utf8Output.install();
    OneLineLog.install();
    System.exit(command().execute(arguments));
  }

  /**
   * Runs the command on the calling thread; what the process would end with.
   *
   * @param out what it prints; but {@code connect} uses the process's own input and output
   * @param errors what it says of failures and misuse
   */
  public static int run(PrintWriter out, PrintWriter errors, String... arguments) {
    return command().setOut(out).setErr(errors).execute(arguments);
  }

  private static CommandLine command() {
    return new CommandLine(new Hermes())
        .setExecutionExceptionHandler((failure, command, parsed) -> {
          command.getErr().println("hermes: " + failure.getMessage());
          return 1;
        });
  }
}
