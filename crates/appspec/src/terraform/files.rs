//! Reads the files of one folder.

use std::fs;
use std::path::{Path, PathBuf};

use hcl::Body;

use crate::error::{Error, Result};

/// The structures of all `*.tf` files of a folder, in the order of their names.
pub(super) fn configuration(folder: &Path) -> Result<Body> {
    let structures = matching(folder, |name| name.ends_with(".tf"))?
        .iter()
        .map(|path| parse(path))
        .collect::<Result<Vec<_>>>()?;
    Ok(structures.into_iter().flat_map(Body::into_inner).collect())
}

/// What `terraform.tfvars` and, over it, `*.auto.tfvars` set.
pub(super) fn given_variables(folder: &Path) -> Result<Body> {
    let mut files = matching(folder, |name| name == "terraform.tfvars")?;
    files.extend(matching(folder, |name| name.ends_with(".auto.tfvars"))?);
    let bodies = files.iter().map(|path| parse(path)).collect::<Result<Vec<_>>>()?;
    Ok(bodies.into_iter().flat_map(Body::into_inner).collect())
}

fn matching(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::Read {
        path: folder.to_path_buf(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_str().is_some_and(&wanted) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn parse(path: &Path) -> Result<Body> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_path_buf(),
        source,
    })?;
    hcl::parse(&text).map_err(|source| Error::Parse {
        path: path.to_path_buf(),
        source: Box::new(source),
    })
}
