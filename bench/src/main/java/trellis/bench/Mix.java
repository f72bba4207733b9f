package trellis.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Requests of several workloads, shuffled: of each hundred, one after the other, every workload has its share exactly.
final class Mix implements Driver.Request {
    private static final int HUNDREDS = 10;

    private final List<Driver.Request> deck;

    /// @param parts the requests of each workload that has a share
    Mix(Map<String, Integer> shares, Map<String, Driver.Request> parts) {
        deck = deck(shares).stream().map(parts::get).toList();
    }

    /// The order, which begins again at its end.
    ///
    /// @throws IllegalArgumentException when the shares are not a hundred
    static List<String> deck(Map<String, Integer> shares) {
        var hundred = new ArrayList<String>();
        shares.forEach((key, share) -> hundred.addAll(Collections.nCopies(share, key)));
        if (hundred.size() != 100) {
            throw new IllegalArgumentException(
                    "the shares of a mix are 100, not " + hundred.size());
        }
        var deck = new ArrayList<String>();
        var random = new Random(20_161);
        for (var i = 0; i < HUNDREDS; i++) {
            Collections.shuffle(hundred, random);
            deck.addAll(hundred);
        }
        return deck;
    }

    @Override
    public boolean send(long number) throws Exception {
        return deck.get((int) (number % deck.size())).send(number);
    }
}
