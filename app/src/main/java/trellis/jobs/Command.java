package trellis.jobs;

import java.util.List;

/// One command of the command line, such as `trellis backup FILE`.
///
/// A command throws [CommandFailed] (or lets another exception through) to end with exit code 1 and
/// its message as one sentence on the error stream; [UsageRefused] ends with exit code 2 and the
/// usage beside it. It never prints a stack trace.
public interface Command {

    /// The word that starts it, in lower case.
    String name();

    /// One line for the list of commands, without a full stop.
    String summary();

    /// Its arguments and options, one form a line, each starting with the command's name.
    String usage();

    /// Does the work.
    ///
    /// @param arguments what follows the command's name
    /// @return the exit code: 0 when all went well, 1 when it did not and that has been said already
    int run(List<String> arguments) throws Exception;
}
