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

  /** To all subscribers of a topic but one; to how many it was handed. */
  int publish(String topic, WsMessage message, @Nullable WsConnection exclude) {
    return delivery(topic, new Publication(message), exclude).hand();
  }

  /** The same, and it becomes the topic's last value. */
  int publishRetained(String topic, WsMessage message, @Nullable WsConnection exclude) {
    Publication publication = new Publication(message);
    Delivery delivery = delivery(topic, publication, exclude); // not under the locks: it may wait
    int[] count = {0};
    synchronized (retained) {
      topics.atomically(
          topic,
          first -> {
            retained.put(topic, publication);
            count[0] = delivery.find(first).hand();
          });
    }
    return count[0];
  }

  private Delivery delivery(String topic, Publication publication, @Nullable WsConnection exclude) {
    Member excluded = exclude == null ? null : members.find(exclude);
    return new Delivery(topics, topic, publication).find().prepare(excluded);
  }

  /** Forgets the last value of a topic. */
  void clearRetained(String topic) {
    synchronized (retained) {
      topics.atomically(topic, first -> retained.remove(topic));
    }
  }

  /** To all that are known; to how many it was handed. */
  int broadcast(WsMessage message) {
    Publication publication = new Publication(message);
    List<Branch> branches = members.branches();
    for (Branch branch : branches) {
      branch.everyone().prepare(publication);
      branch.awaitRoom();
    }
    int count = 0;
    for (Branch branch : branches) {
      count += Delivery.hand(branch.everyone(), List.of(), publication, null);
    }
    return count;
  }
}
