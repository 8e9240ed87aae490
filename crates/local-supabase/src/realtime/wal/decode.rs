//! pgoutput messages → rows; no socket, no clock.

use std::{collections::HashMap, mem, sync::Arc};

use axum::body::Bytes;
use pg_walstream::{ColumnData, LogicalReplicationMessage, LogicalReplicationParser, TupleData};
use wire::change::Kind;

use crate::realtime::change::{Batch, Column, Datum, Relation, Row};

/// Microseconds from 1970 to 2000, where PostgreSQL's clock begins.
const EPOCH: i64 = 946_684_800_000_000;

/// The state that pgoutput messages build on: known tables and the open transaction.
pub struct Decoder {
    parser: LogicalReplicationParser,
    relations: HashMap<u32, Arc<Relation>>,
    xid: u32,
    committed: i64,
    rows: Vec<Row>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            parser: LogicalReplicationParser::with_protocol_version(1),
            relations: HashMap::new(),
            xid: 0,
            committed: 0,
            rows: Vec::new(),
        }
    }
}

impl Decoder {
    /// A transaction begins; `committed` counts microseconds from 2000.
    pub fn begin(&mut self, xid: u32, committed: i64) {
        self.xid = xid;
        self.committed = committed.saturating_add(EPOCH);
    }

    /// Rows not yet taken.
    pub fn pending(&self) -> usize {
        self.rows.len()
    }

    /// The rows since the last call, if any.
    pub fn take(&mut self) -> Option<Batch> {
        if self.rows.is_empty() {
            return None;
        }
        Some(Batch {
            xid: self.xid,
            committed: self.committed,
            rows: mem::take(&mut self.rows),
        })
    }

    /// Reads one message.
    pub fn message(&mut self, bytes: Bytes) -> Result<(), String> {
        let message = self
            .parser
            .parse_wal_message_bytes(bytes)
            .map_err(|error| format!("a message of the change stream is malformed: {error}"))?;
        match message.message {
            LogicalReplicationMessage::Relation {
                relation_id,
                namespace,
                relation_name,
                replica_identity,
                columns,
            } => {
                let columns = columns.into_iter().map(|column| Column {
                    identity: column.is_key(),
                    name: column.name.to_string(),
                    kind: column.type_id,
                });
                let relation = Relation {
                    oid: relation_id,
                    schema: namespace.to_string(),
                    table: relation_name.to_string(),
                    full: replica_identity == b'f',
                    columns: columns.collect(),
                };
                self.relations.insert(relation_id, Arc::new(relation));
            }
            LogicalReplicationMessage::Insert { relation_id, tuple } => {
                let relation = self.relation(relation_id)?;
                let new = values(&relation, Some(&tuple), false);
                self.rows.push(Row {
                    relation,
                    kind: Kind::Insert,
                    new,
                    old: Vec::new(),
                });
            }
            LogicalReplicationMessage::Update {
                relation_id,
                old_tuple,
                new_tuple,
                key_type,
            } => {
                let relation = self.relation(relation_id)?;
                let mut new = values(&relation, Some(&new_tuple), false);
                let mut old = values(&relation, old_tuple.as_ref(), key_type == Some('K'));
                for ((new, old), column) in new.iter_mut().zip(&mut old).zip(&relation.columns) {
                    // The full old row has the large values that the new one omits.
                    if *new == Datum::Unchanged && old.is_known() {
                        *new = old.clone();
                    }
                    // An update that keeps the identity logs no old values: they are the new ones.
                    if column.identity && !relation.full && *old == Datum::Absent {
                        *old = new.clone();
                    }
                }
                self.rows.push(Row {
                    relation,
                    kind: Kind::Update,
                    new,
                    old,
                });
            }
            LogicalReplicationMessage::Delete {
                relation_id,
                old_tuple,
                key_type,
            } => {
                let relation = self.relation(relation_id)?;
                let old = values(&relation, Some(&old_tuple), key_type == 'K');
                self.rows.push(Row {
                    relation,
                    kind: Kind::Delete,
                    new: Vec::new(),
                    old,
                });
            }
            // TRUNCATE is not delivered by Realtime; the others concern no row.
            _ => {}
        }
        Ok(())
    }

    fn relation(&self, oid: u32) -> Result<Arc<Relation>, String> {
        let known = self.relations.get(&oid).cloned();
        known.ok_or_else(|| format!("a row of an unannounced table came (oid {oid})"))
    }
}

/// The tuple's values, one per column; of a key tuple only the identity's columns count.
fn values(relation: &Relation, tuple: Option<&TupleData>, key_only: bool) -> Vec<Datum> {
    let value = |(at, column): (usize, &Column)| {
        if key_only && !column.identity {
            return Datum::Absent;
        }
        tuple
            .and_then(|tuple| tuple.get_column(at))
            .map_or(Datum::Absent, datum)
    };
    relation.columns.iter().enumerate().map(value).collect()
}

fn datum(column: &ColumnData) -> Datum {
    if column.is_null() {
        Datum::Null
    } else if column.is_unchanged() {
        Datum::Unchanged
    } else {
        column.as_string().map_or(Datum::Absent, Datum::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_with_their_table_transaction_and_commit_time() {
        let mut decoder = decoder(b'd');
        decoder.begin(7, 1_000_000);
        decoder
            .message(update(&[b'N', 0, 2, b't', 0, 0, 0, 1, b'4', b'u']))
            .unwrap();
        let batch = decoder.take().expect("one row");
        assert_eq!((batch.xid, batch.committed), (7, 946_684_801_000_000));
        let row = &batch.rows[0];
        assert_eq!(
            (row.relation.table.as_str(), row.kind),
            ("things", Kind::Update)
        );
        assert_eq!(row.new, [Datum::Text("4".into()), Datum::Unchanged]);
        assert_eq!(
            row.old,
            [Datum::Text("4".into()), Datum::Absent],
            "the key fills in"
        );
        assert!(decoder.take().is_none());
    }

    #[test]
    fn a_full_old_row_supplies_what_the_new_one_omits() {
        let mut decoder = decoder(b'f');
        let old = [
            b'O', 0, 2, b't', 0, 0, 0, 1, b'4', b't', 0, 0, 0, 2, b'h', b'i',
        ];
        let new = [b'N', 0, 2, b't', 0, 0, 0, 1, b'4', b'u'];
        decoder
            .message(update(&[&old[..], &new[..]].concat()))
            .unwrap();
        let batch = decoder.take().expect("one row");
        assert_eq!(batch.rows[0].new[1], Datum::Text("hi".into()));
    }

    #[test]
    fn malformed_messages_and_unknown_tables_are_errors() {
        let mut decoder = Decoder::default();
        assert!(decoder.message(update(&[b'N', 0, 0])).is_err());
        assert!(decoder.message(Bytes::from_static(b"R\0")).is_err());
        assert!(decoder.message(Bytes::new()).is_err());
    }

    fn decoder(identity: u8) -> Decoder {
        let mut relation = b"R\0\0\0\x09public\0things\0".to_vec();
        relation.extend([identity, 0, 2]);
        for (key, name) in [(1, "id"), (u8::from(identity == b'f'), "note")] {
            relation.push(key);
            relation.extend(name.as_bytes());
            relation.extend([0, 0, 0, 0, 23, 255, 255, 255, 255]);
        }
        let mut decoder = Decoder::default();
        decoder.message(relation.into()).unwrap();
        decoder
    }

    fn update(tuples: &[u8]) -> Bytes {
        [b"U\0\0\0\x09", tuples].concat().into()
    }
}
