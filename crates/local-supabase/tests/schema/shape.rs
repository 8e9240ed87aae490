//! What a type is read from: its fields, and of which kind each is, as serde asks for them.

use serde::{
    Deserialize, Deserializer,
    de::{
        Error as _, IntoDeserializer, Visitor,
        value::{Error, MapDeserializer},
    },
    forward_to_deserialize_any,
};

/// What a value is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Other,
    Text,
    Number,
    Truth,
    /// Text that is one of these.
    OneOf(&'static [&'static str]),
}

/// One field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// How many options it is wrapped in.
    pub options: u8,
}

/// The fields of a struct; none of anything else.
pub fn fields<T: for<'de> Deserialize<'de>>() -> Vec<Field> {
    let mut names: &[&str] = &[];
    // Both readings end with an error, once they know what was asked for.
    let _ = T::deserialize(Outline(&mut names));
    let field = |name: &'static str| {
        let mut field = Field {
            name,
            ..Field::default()
        };
        let value = Look(&mut field);
        let _ = T::deserialize(MapDeserializer::<_, Error>::new(
            [(name, value)].into_iter(),
        ));
        field
    };
    names.iter().copied().map(field).collect()
}

fn enough<T>() -> Result<T, Error> {
    Err(Error::custom("seen enough"))
}

/// Takes down the names of a struct's fields.
struct Outline<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Outline<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        enough()
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        enough()
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Takes down what a field wants to be.
struct Look<'a>(&'a mut Field);

macro_rules! takes {
    ($kind:expr, $($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            self.0.kind = $kind;
            enough()
        })+
    };
}

impl<'de> Deserializer<'de> for Look<'_> {
    type Error = Error;

    takes!(Kind::Other, deserialize_any);
    takes!(Kind::Text, deserialize_str deserialize_string);
    takes!(Kind::Truth, deserialize_bool);
    takes!(Kind::Number, deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.options += 1;
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0.kind = Kind::OneOf(variants);
        enough()
    }
    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Look<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
