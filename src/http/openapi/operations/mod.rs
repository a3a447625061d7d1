//! What is said of each route, in files by what one wants to do.

mod campaigns;
mod join;
mod money;
mod people;
mod programs;
mod running;

use crate::http::openapi::Operation;

/// Everything that is said.
pub(super) const ALL: [&[Operation]; 6] = [
    join::ALL,
    campaigns::ALL,
    people::ALL,
    money::ALL,
    programs::ALL,
    running::ALL,
];

/// Has a reader say what it looks for; what it makes of nothing does not matter.
macro_rules! reads {
    ($reader:path) => {
        |object| drop($reader(object))
    };
}
use reads;
