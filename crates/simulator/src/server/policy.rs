//! Row level security: who sees what, and who may write it. The person `me` may do everything.

use super::{Row, Server};

impl Server {
    /// Whether the policies let `user` read the row as things are now.
    pub fn sees(&self, user: &str, table: &str, row: &Row) -> bool {
        if !self.hidden.is_empty() && self.hidden.contains(&Self::key_text(table, row)) {
            return false;
        }
        match table {
            "letters" => {
                user == "me"
                    || row["author"] == user
                    || self
                        .seated(row["room"].as_str().unwrap_or_default())
                        .any(|p| p == user)
            }
            _ => true,
        }
    }

    /// Whether `user` may write the row.
    pub(super) fn may_write(&self, user: &str, table: &str, row: &Row) -> bool {
        match table {
            _ if user == "me" => true,
            "letters" => row["author"] == user,
            "seats" => row["person"] == user,
            _ => true,
        }
    }

    /// Those who see the row; `None` when everybody does.
    pub(super) fn readers(&self, table: &str, row: &Row) -> Option<Vec<String>> {
        let author = row.get("author")?.as_str()?.to_owned();
        let room = row.get("room").filter(|_| table == "letters")?.as_str()?;
        let seated = self.seated(room).map(str::to_owned);
        Some(seated.chain([author, "me".to_owned()]).collect())
    }

    fn seated(&self, room: &str) -> impl Iterator<Item = &str> {
        let seats = self.tables["seats"].values();
        let seats = seats.filter(move |seat| seat.row["room"] == room);
        seats.filter_map(|seat| seat.row["person"].as_str())
    }
}
