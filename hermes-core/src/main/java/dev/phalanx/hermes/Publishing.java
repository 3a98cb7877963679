package dev.phalanx.hermes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is published in a gateway finds its way: to a topic's subscribers, or to all. Any thread.
 */
final class Publishing {
  private final Members members;
  private final Topics topics;
  private final Retained retained;

  Publishing(Members members, Topics topics, Retained retained) {
    this.members = members;
    this.topics = topics;
    this.retained = retained;
  }

  /** To all subscribers of a topic but one. */
  void publish(String topic, WsMessage message, @Nullable WsConnection exclude) {
    delivery(new Publication(topic, message), exclude).hand();
  }

  /** The same, and it becomes the topic's last value. */
  void publishRetained(String topic, WsMessage message, @Nullable WsConnection exclude) {
    Publication publication = new Publication(topic, message);
    Delivery delivery = delivery(publication, exclude); // not under the locks: it may wait
    synchronized (retained) {
      topics.atomically(
          topic,
          first -> {
            retained.put(topic, publication);
            delivery.find(first).hand();
          });
    }
  }

  private Delivery delivery(Publication publication, @Nullable WsConnection exclude) {
    Member excluded = exclude == null ? null : members.find(exclude.id());
    return new Delivery(topics, publication, excluded).find().prepare();
  }

  /** Forgets the last value of a topic. */
  void clearRetained(String topic) {
    synchronized (retained) {
      topics.atomically(topic, first -> retained.remove(topic));
    }
  }

  /** To all that are known. */
  void broadcast(WsMessage message) {
    Publication publication = new Publication("", message); // of no topic
    List<Branch> branches = members.branches();
    for (Branch branch : branches) {
      branch.everyone().prepare(publication);
      branch.awaitRoom();
    }
    for (Branch branch : branches) {
      Delivery.hand(branch.everyone(), List.of(), publication, null);
    }
  }
}
