package trellis.page;

import java.util.List;

/// The hub: at most six doors.
record HomeView(List<Door> doors) {

    /// One door.
    record Door(String name, String href, String what) {}
}
