//! `sambatan openapi`: what the service says it is.

use std::process::ExitCode;

use sambatan::http::openapi_document;

use crate::cli::{Outcome, output};

/// Print the OpenAPI document of the API
///
/// The same as `GET /openapi.json` of a running service of this version.
#[derive(clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Outcome {
    output::print(openapi_document().trim_end())?;
    Ok(ExitCode::SUCCESS)
}
