//! Functions that declare the columns of their rows: the engine shapes the rows of a function only by a table, so
//! each of these is given one that exists nowhere else.

use postrust_core::{
    SchemaCache,
    schema_cache::{Column, RetType, Routine, Table},
};

/// What the names of these tables begin with. `record` tells the engine that this is no scalar.
const PREFIX: &str = "pgrst_record_";

/// Whether a table is there only to shape the rows of a function.
pub(super) fn is_shape(table: &Table) -> bool {
    table.name.starts_with(PREFIX)
}

/// Gives every such function its table.
pub(super) fn shape(schema: &mut SchemaCache) {
    let mut routines = std::mem::take(&mut schema.routines);
    for (index, routine) in routines.values_mut().flatten().enumerate() {
        let shaped = schema.returned_table(routine).is_some();
        if shaped || !routine.returns_composite || routine.output_columns.is_empty() {
            continue;
        }
        let table = table(routine, index);
        let name = table.name.clone();
        schema.tables.insert(table.qualified_identifier(), table);
        routine.return_type = match routine.return_type.is_set_returning() {
            true => RetType::SetOf(name),
            false => RetType::Single(name),
        };
    }
    schema.routines = routines;
}

fn table(routine: &Routine, index: usize) -> Table {
    let columns = routine.output_columns.iter().zip(1..);
    let columns = columns.map(|((name, kind), position)| {
        let column = Column {
            name: name.clone(),
            description: None,
            nullable: true,
            data_type: kind.clone(),
            nominal_type: kind.clone(),
            domain_type: None,
            max_len: None,
            default: None,
            enum_values: Vec::new(),
            is_pk: false,
            position,
            always_generated: false,
        };
        (name.clone(), column)
    });
    Table {
        schema: routine.schema.clone(),
        name: format!("{PREFIX}{}_{index}", routine.name),
        description: None,
        is_view: true,
        is_partitioned: false,
        insertable: false,
        updatable: false,
        deletable: false,
        pk_cols: Vec::new(),
        unique_constraints: Vec::new(),
        columns: columns.collect(),
        computed_columns: Default::default(),
    }
}
