//! # JSON documents, read strictly
//!
//! A JSON text becomes a [`Node`], which keeps what ordinary readers drop: the order of an object's members, and
//! members that appear twice. [`members`] then takes an object apart into exactly the members that are expected, and
//! each [`Member`] knows its name, so that every error can say which field is wrong and what was expected there.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::{ByteOrderMark, ValueError};
use crate::range::RangeError;

/// Why a JSON text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The text begins with a byte order mark.
    #[error(transparent)]
    Mark(#[from] ByteOrderMark),
    /// The bytes are not UTF-8.
    #[error("expected UTF-8, got another byte at offset {offset}")]
    NotUtf8 {
        /// Where the first bad byte stands.
        offset: usize,
    },
    /// The text is not JSON, or goes on after its end.
    #[error("not JSON at {line}:{column}: {reason}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the end of a line.
        column: usize,
        /// What the JSON parser expected.
        reason: String,
    },
    /// A value of the wrong kind.
    #[error("`{name}`: expected {expected}, got {got}")]
    Kind {
        /// The field.
        name: &'static str,
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        got: &'static str,
    },
    /// A member that the format does not have.
    #[error("`{name}`: unknown field {unknown:?}")]
    Unknown {
        /// The object.
        name: &'static str,
        /// The member's name.
        unknown: String,
    },
    /// A member that appears twice.
    #[error("duplicate field `{name}`")]
    Duplicate {
        /// The member.
        name: &'static str,
    },
    /// A member that does not appear.
    #[error("missing field `{name}`")]
    Missing {
        /// The member.
        name: &'static str,
    },
    /// A value that its type refuses.
    #[error("`{name}`: {error}")]
    Value {
        /// The field.
        name: &'static str,
        /// Why.
        error: ValueError,
    },
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool,
    /// A whole number from 0 to $2^{64} - 1$.
    Whole(u64),
    /// Any other number.
    Number,
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// The members in order, with repetitions.
    Object(Vec<(Node<'a>, Node<'a>)>),
}

impl Node<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Whole(_) => "a whole number",
            Self::Number => "a negative, fractional or oversized number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// Says that this, called `name`, is of the wrong kind.
    pub(crate) const fn is_not(&self, name: &'static str, expected: &'static str) -> DocumentError {
        DocumentError::Kind { name, expected, got: self.kind() }
    }
}

/// Reads one JSON value that fills all of `bytes`.
pub(crate) fn parse(bytes: &[u8]) -> Result<Node<'_>, DocumentError> {
    ByteOrderMark::refuse(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|error| DocumentError::NotUtf8 { offset: error.valid_up_to() })?;
    serde_json::from_str(text).map_err(|error| syntax(&error))
}

/// What the parser says.
pub(crate) fn syntax(error: &serde_json::Error) -> DocumentError {
    let message = error.to_string();
    // The place has fields of its own.
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    DocumentError::Syntax { line: error.line(), column: error.column(), reason: reason.to_owned() }
}

/// Takes the object `node`, called `name`, apart into the members called `names`, in that order.
pub(crate) fn members<'a, const N: usize>(
    name: &'static str,
    node: Node<'a>,
    names: [&'static str; N],
) -> Result<[Member<'a>; N], DocumentError> {
    let Node::Object(entries) = node else {
        return Err(node.is_not(name, "an object"));
    };
    let mut found: [Option<Node<'a>>; N] = [const { None }; N];
    for (key, value) in entries {
        let key = match &key {
            Node::Text(text) => text.as_ref(),
            other => other.kind(),
        };
        let Some(place) = names.iter().position(|name| *name == key) else {
            return Err(DocumentError::Unknown { name, unknown: key.to_owned() });
        };
        if found[place].replace(value).is_some() {
            return Err(DocumentError::Duplicate { name: names[place] });
        }
    }
    if let Some(place) = found.iter().position(Option::is_none) {
        return Err(DocumentError::Missing { name: names[place] });
    }
    let mut found = found.into_iter().flatten();
    Ok(names.map(|name| Member { name, node: found.next().unwrap_or(Node::Null) }))
}

/// One value, with the name that errors call it by.
pub(crate) struct Member<'a> {
    name: &'static str,
    node: Node<'a>,
}

impl<'a> Member<'a> {
    /// The value, if there is one.
    pub(crate) fn found(name: &'static str, node: Option<Node<'a>>) -> Result<Self, DocumentError> {
        node.map(|node| Self { name, node }).ok_or(DocumentError::Missing { name })
    }

    fn wrong_kind(&self, expected: &'static str) -> DocumentError {
        self.node.is_not(self.name, expected)
    }

    /// A whole number.
    pub(crate) fn number(self) -> Result<u64, DocumentError> {
        match self.node {
            Node::Whole(number) => Ok(number),
            _ => Err(self.wrong_kind("a whole number")),
        }
    }

    /// A whole number in the range of `T`.
    pub(crate) fn whole<T: TryFrom<u64, Error = RangeError>>(self) -> Result<T, DocumentError> {
        let name = self.name;
        let value = T::try_from(self.number()?);
        value.map_err(|error| DocumentError::Value { name, error: error.into() })
    }

    /// A string.
    pub(crate) fn text(self) -> Result<Cow<'a, str>, DocumentError> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.wrong_kind("a string")),
        }
    }

    /// A string that is the text form of a `T`.
    pub(crate) fn parsed<T: FromStr<Err: Into<ValueError>>>(self) -> Result<T, DocumentError> {
        let name = self.name;
        let value = self.text()?.parse();
        value.map_err(|error: T::Err| DocumentError::Value { name, error: error.into() })
    }

    /// An array.
    pub(crate) fn list(self) -> Result<Vec<Node<'a>>, DocumentError> {
        match self.node {
            Node::List(nodes) => Ok(nodes),
            _ => Err(self.wrong_kind("an array")),
        }
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Node::Bool)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Node::Whole(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        // serde_json hands out whole numbers from zero up as u64.
        Ok(Node::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Node::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            nodes.push(entry);
        }
        Ok(Node::Object(nodes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{amount::Amount, index::SlotIndex};

    fn pair(text: &str) -> Result<(SlotIndex, Amount), DocumentError> {
        let [a, b] = members("pair", parse(text.as_bytes())?, ["a", "b"])?;
        Ok((a.whole()?, b.parsed()?))
    }

    #[test]
    fn members_come_in_any_order() {
        let expected = (SlotIndex::new(1).unwrap(), Amount::new(2).unwrap());
        assert_eq!(pair(r#"{"a":1,"b":"2"}"#), Ok(expected));
        assert_eq!(pair(r#" { "b" : "\u0032" , "a" : 1 } "#), Ok(expected));
    }

    #[test]
    fn each_fault_has_its_error() {
        let kind = |name, expected, got| DocumentError::Kind { name, expected, got };
        let cases = [
            (r#"{"a":1}"#, DocumentError::Missing { name: "b" }),
            (r#"{"a":1,"b":"2","a":1}"#, DocumentError::Duplicate { name: "a" }),
            (r#"{"a":1,"b":"2","c":0}"#, DocumentError::Unknown { name: "pair", unknown: "c".into() }),
            (r#"[1,"2"]"#, kind("pair", "an object", "an array")),
            (r#"{"a":"1","b":"2"}"#, kind("a", "a whole number", "a string")),
            (r#"{"a":1.0,"b":"2"}"#, kind("a", "a whole number", "a negative, fractional or oversized number")),
            (r#"{"a":-1,"b":"2"}"#, kind("a", "a whole number", "a negative, fractional or oversized number")),
            (r#"{"a":-0,"b":"2"}"#, kind("a", "a whole number", "a negative, fractional or oversized number")),
            (
                r#"{"a":18446744073709551616,"b":"2"}"#,
                kind("a", "a whole number", "a negative, fractional or oversized number"),
            ),
            (r#"{"a":null,"b":"2"}"#, kind("a", "a whole number", "null")),
            (r#"{"a":true,"b":"2"}"#, kind("a", "a whole number", "a boolean")),
            (r#"{"a":1,"b":2}"#, kind("b", "a string", "a whole number")),
            (r#"{"a":1,"b":{}}"#, kind("b", "a string", "an object")),
            (
                r#"{"a":16777216,"b":"2"}"#,
                DocumentError::Value { name: "a", error: SlotIndex::new(1 << 24).unwrap_err().into() },
            ),
        ];
        for (text, error) in cases {
            assert_eq!(pair(text), Err(error), "{text}");
        }
    }

    #[test]
    fn syntax_errors_say_where() {
        for (text, line, column) in [("", 1, 0), ("{\n\"a\":1,}", 2, 7), (r#"{"a":1} x"#, 1, 9), (r#"{"a":01}"#, 1, 7)]
        {
            match parse(text.as_bytes()) {
                Err(DocumentError::Syntax { line: l, column: c, reason }) => {
                    assert_eq!((l, c), (line, column), "{text}: {reason}");
                    assert!(!reason.contains(" at line "), "{reason}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(parse(b"\"\xff\""), Err(DocumentError::NotUtf8 { offset: 1 }));
    }

    #[test]
    fn deep_nesting_is_refused_without_a_stack_overflow() {
        let deep = "[".repeat(1_000_000);
        assert!(matches!(parse(deep.as_bytes()), Err(DocumentError::Syntax { .. })));
    }
}
