//! File systems whose files change without events: somebody else, elsewhere, changes them.

use std::path::Path;

/// The magic numbers of such file systems, as `statfs(2)` gives them (linux/magic.h and the file systems' own sources).
const REMOTE: [(u32, &str); 20] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB"),
    (0x0102_1997, "9P"),
    (0x6573_5546, "FUSE"), // sshfs, rclone, s3fs, virtiofs, ...
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x00C3_6400, "Ceph"),
    (0x7375_7245, "Coda"),
    (0x564C, "NCP"),
    (0x0BD0_0BD0, "Lustre"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0x4750_4653, "GPFS"),
    (0x2003_0528, "OrangeFS"),
    (0xAAD7_AAEA, "PanFS"),
    (0x6163_6673, "ACFS"),
    (0x786F_4256, "vboxsf"),
    (0xBACB_ACBC, "vmhgfs"),
];

/// The name of the file system that a folder is on, if changes of it give no events.
pub fn file_system(folder: &Path) -> Option<&'static str> {
    let magic = rustix::fs::statfs(folder).ok()?.f_type;
    name_of(magic)
}

/// The width and the sign of these numbers differ from one architecture to the next; their lower 32 bits do not.
fn name_of(magic: impl Into<i128>) -> Option<&'static str> {
    let magic = magic.into() & 0xFFFF_FFFF;
    REMOTE.iter().find(|(number, _)| i128::from(*number) == magic).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_whatever_the_sign_of_their_number() {
        assert_eq!(name_of(0x6969_i64), Some("NFS"));
        assert_eq!(name_of(0xFF53_4D42_u32.cast_signed()), Some("CIFS"));
        assert_eq!(name_of(0x6573_5546_i64), Some("FUSE"));
        for local in [0xEF53_i64, 0x0102_1994, 0x794C_7630, 0x9123_683E, 0x5846_5342] {
            assert_eq!(name_of(local), None, "{local:x}: ext4, tmpfs, overlayfs, btrfs and XFS have events");
        }
    }
}
