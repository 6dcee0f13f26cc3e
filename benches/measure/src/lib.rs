//! What the benches share: tokens of Cognito's size, races of short turns, and what is asked.

mod gate;
mod key;
mod options;
mod race;
mod sample;

pub use gate::{Asked, Gate, Gates};
pub use key::Primitive;
pub use options::Options;
pub use race::{Race, Results};
pub use sample::{ALGORITHMS, Algorithm, Kind, Pool, Sample};
