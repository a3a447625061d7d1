//! How long the server takes for a page.

use std::time::{Duration, Instant};

use crate::support::{Call, Client};

/// The median time from sending a request to having its whole answer, over one connection: what the
/// server takes, and a little for the way there and back.
pub(crate) fn median_answer_time(client: &mut Client, call: &Call, times: usize) -> Duration {
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            let reply = client.send(call);
            assert_eq!(reply.status, 200, "{}", reply.text());
            begin.elapsed()
        })
        .collect();
    taken.sort_unstable();
    taken[times / 2]
}
