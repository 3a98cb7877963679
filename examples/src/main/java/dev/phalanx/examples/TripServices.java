package dev.phalanx.examples;

/** Three services elsewhere: slow at times, and down at others. Each call blocks. */
public interface TripServices {
  /** The cheapest flight to a city. */
  String flight(String city) throws Exception;

  /** A room in a city. */
  String room(String city) throws Exception;

  /** The weather in a city. */
  String weather(String city) throws Exception;
}
