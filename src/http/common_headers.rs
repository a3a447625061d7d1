//! What every answer has, the application's and the door's.

/// Headers that an answer has unless it says otherwise itself. An answer is data: no browser is to run,
/// frame, embed, store or take it for another type. `Strict-Transport-Security` is for whoever ends TLS
/// to say.
pub(crate) const COMMON_HEADERS: [(&str, &str); 5] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
];
