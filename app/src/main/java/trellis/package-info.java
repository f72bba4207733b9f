/// The program and nothing else; every capability is a package below this one.
@NullMarked
package trellis;

import org.jspecify.annotations.NullMarked;
