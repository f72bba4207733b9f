package trellis.api;

import tools.jackson.databind.node.ObjectNode;

/// A Bundle that is put together entry by entry, in one of the formats.
sealed interface BundlePieces permits BundleBytes, BundleXml {

    /// Adds an entry.
    ///
    /// @param fullUrl empty for none
    /// @param resource JSON; empty for none
    /// @param rest the other elements of the entry
    void add(String fullUrl, byte[] resource, ObjectNode rest);

    /// What has been added since this was asked the last time. The Bundle goes on.
    byte[] taken();

    /// The whole Bundle, or what of it has not been taken.
    byte[] toBytes();
}
