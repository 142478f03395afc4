//! The 32 bytes that seal the signing keys: from a setting, from a mounted secret, or from a file made at first start.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use rand::{RngCore, rngs::OsRng};
use rsa::pkcs8::der::zeroize::Zeroizing;
use tasktrack_domain::error::{Error, Result};

/// Nothing longer than this is read as a key file, in bytes.
const MAX_FILE: u64 = 1024;

/// Reads 64 hexadecimal digits, or 32 bytes in base64 (either alphabet, with or without padding). Space around is ignored.
/// The error never repeats the text.
pub fn from_hex_or_base64(text: &str) -> Result<[u8; 32]> {
    let text = text.trim();
    let bytes = Zeroizing::new(if text.len() == 64 { from_hex(text) } else { from_base64(text) }.unwrap_or_default());
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| {
        Error::internal("the master key is neither 64 hexadecimal digits nor 32 bytes of base64 (try: openssl rand -hex 32)")
    })?;
    if key.iter().all(|&byte| byte == 0) {
        return Err(Error::internal("the master key is all zeros"));
    }
    Ok(key)
}

/// The key in a mounted secret file. Refused if everyone may read it; the group may (Kubernetes `fsGroup`).
pub fn from_file(path: &Path) -> Result<[u8; 32]> {
    read(path, 0o007)
}

/// The key in `path`, made there (mode 0600) if the file does not exist. Refused if group or others have any right on it.
/// Safe against several processes starting at once: all get the same key. The folder must exist.
pub fn load_or_create_file(path: &Path) -> Result<[u8; 32]> {
    if !path.try_exists().map_err(|error| failed("look for", path, &error))? {
        create(path)?;
    }
    read(path, 0o077)
}

fn read(path: &Path, forbidden_mode: u32) -> Result<[u8; 32]> {
    let file = File::open(path).map_err(|error| failed("open", path, &error))?;
    let metadata = file.metadata().map_err(|error| failed("look at", path, &error))?;
    if !metadata.is_file() {
        return Err(Error::internal(format!("{} is not a file", path.display())));
    }
    if metadata.mode() & forbidden_mode != 0 {
        return Err(Error::internal(format!(
            "{} has mode {:04o}: others may get at the master key (chmod 600 it)",
            path.display(),
            metadata.mode() & 0o7777
        )));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| failed("read", path, &error))?;
    from_hex_or_base64(&text).map_err(|_| Error::internal(format!("{} holds no master key (64 hexadecimal digits)", path.display())))
}

/// Writes a new key beside `path` and links it into place: never a half-written file, never over an existing one.
fn create(path: &Path) -> Result<()> {
    let mut key = Zeroizing::new([0_u8; 32]);
    OsRng.fill_bytes(key.as_mut_slice());
    let text = Zeroizing::new(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n");

    let beside = beside(path);
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| fs::hard_link(&beside, path));
    let _ = fs::remove_file(&beside);
    match linked {
        Ok(()) => {
            if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
                let _ = folder.sync_all();
            }
            tracing::info!(path = %path.display(), "made a master key; keep a copy of it with the database backups");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed("create", path, &error)),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{:016x}", OsRng.next_u64()));
    path.with_file_name(name)
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::internal(format!("cannot {what} {}: {error}", path.display()))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|alphabet| alphabet.decode(text).ok())
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt, thread};

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("tasktrack-auth-{:016x}", OsRng.next_u64()));
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn file(&self, text: &str, mode: u32) -> PathBuf {
            let path = self.0.join(format!("{:016x}", OsRng.next_u64()));
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn both_spellings_are_read() {
        let key: [u8; 32] = std::array::from_fn(|at| 251 - u8::try_from(at).unwrap());
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(from_hex_or_base64(&hex).unwrap(), key);
        assert_eq!(from_hex_or_base64(&format!(" {}\n", hex.to_uppercase())).unwrap(), key);
        for alphabet in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            assert_eq!(from_hex_or_base64(&alphabet.encode(key)).unwrap(), key);
        }
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for bad in ["", "secret", &"0".repeat(64), &"ab".repeat(31), &"zz".repeat(32), &"é".repeat(32), &STANDARD.encode([1; 33])] {
            let error = from_hex_or_base64(bad).unwrap_err().to_string();
            assert!(bad.is_empty() || !error.contains(bad), "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_made_and_kept() {
        let folder = Folder::new();
        let path = folder.0.join("master.key");
        let key = load_or_create_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(load_or_create_file(&path).unwrap(), key);
        assert_eq!(from_file(&path).unwrap(), key);
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "nothing left beside it");
    }

    #[test]
    fn processes_starting_at_once_agree() {
        let folder = Folder::new();
        let path = folder.0.join("master.key");
        let keys: Vec<_> = thread::scope(|scope| {
            let all: Vec<_> = (0..16).map(|_| scope.spawn(|| load_or_create_file(&path).unwrap())).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    }

    #[test]
    fn files_open_to_others_are_refused() {
        let folder = Folder::new();
        let text = "ab".repeat(32);
        for mode in [0o640, 0o604, 0o660, 0o644, 0o620, 0o601] {
            assert!(load_or_create_file(&folder.file(&text, mode)).is_err(), "{mode:o}");
        }
        assert!(load_or_create_file(&folder.file(&text, 0o600)).is_ok());
        assert!(from_file(&folder.file(&text, 0o440)).is_ok(), "a mounted secret");
        assert!(from_file(&folder.file(&text, 0o444)).is_err());
    }

    #[test]
    fn files_without_a_key_are_refused() {
        let folder = Folder::new();
        for text in ["", "hello", &"a".repeat(5000)] {
            assert!(load_or_create_file(&folder.file(text, 0o600)).is_err());
        }
        assert!(load_or_create_file(&folder.0).is_err(), "a folder");
        assert!(from_file(&folder.0.join("none")).is_err());
    }
}
