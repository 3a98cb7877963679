/** Listening, dialling and native I/O, on Netty. */
module dev.phalanx.transport {
  requires java.management;
  requires jdk.management;
  requires static transitive org.jspecify;
  requires transitive dev.phalanx.http;
  requires io.netty.buffer;
  requires io.netty.codec.http;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires static io.netty.transport.classes.epoll;
  requires static io.netty.transport.classes.kqueue;
  requires static io.netty.transport.unix.common;
  requires org.slf4j;

  exports dev.phalanx.transport;
}
