package trellis.api;

/// The HTTP statuses that this API gives, with their names for `Bundle.entry.response.status`.
final class Statuses {

    private Statuses() {}

    /// Such as `201 Created`.
    static String line(int status) {
        return status
                + switch (status) {
                    case 200 -> " OK";
                    case 201 -> " Created";
                    case 204 -> " No Content";
                    case 304 -> " Not Modified";
                    case 400 -> " Bad Request";
                    case 401 -> " Unauthorized";
                    case 403 -> " Forbidden";
                    case 404 -> " Not Found";
                    case 405 -> " Method Not Allowed";
                    case 406 -> " Not Acceptable";
                    case 409 -> " Conflict";
                    case 410 -> " Gone";
                    case 412 -> " Precondition Failed";
                    case 413 -> " Content Too Large";
                    case 415 -> " Unsupported Media Type";
                    case 422 -> " Unprocessable Content";
                    case 500 -> " Internal Server Error";
                    case 503 -> " Service Unavailable";
                    default -> "";
                };
    }
}
