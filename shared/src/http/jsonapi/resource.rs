//! Resources in responses.

use serde::ser::{SerializeMap as _, SerializeStruct as _};
use serde::{Serialize, Serializer};

use super::attribute::Attribute;
use crate::model::ResourceType;

/// The JSON:API form of one type of resource. The parser, the renderer and the documentation come
/// from its one table of attributes.
pub trait Resource: Sized + 'static {
    /// The values that a request can set.
    type Desired: Default + 'static;
    /// The `type`.
    const TYPE: ResourceType;
    /// The attributes, in the order of a response.
    const ATTRIBUTES: &'static [Attribute<Self, Self::Desired>];

    /// The `id`.
    fn id(&self) -> String;

    /// The related resources.
    fn related(&self) -> Vec<Related> {
        Vec::new()
    }

    /// The name of the resource's state, for its entity tag. It changes whenever a change of the
    /// resource changes what is shown. Without one, the tag is a hash of what is shown.
    fn revision(&self) -> Option<String> {
        None
    }

    /// The value of `links.self`.
    fn location(&self) -> String {
        format!("/{}/{}", Self::TYPE.as_str(), self.id())
    }
}

/// A reference to a resource: a resource identifier object (JSON:API 1.1). A to-one relationship is
/// named after the type that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The type.
    pub resource_type: ResourceType,
    /// The `id`.
    pub id: String,
}

/// A resource object (JSON:API 1.1).
pub(super) struct ResourceObject<'a, R>(pub(super) &'a R);

impl<R: Resource> Serialize for ResourceObject<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let related = self.0.related();
        let mut object = serializer.serialize_struct("ResourceObject", 5)?;
        object.serialize_field("type", R::TYPE.as_str())?;
        object.serialize_field("id", &self.0.id())?;
        object.serialize_field("attributes", &ShownAttributes(self.0))?;
        if !related.is_empty() {
            object.serialize_field("relationships", &ShownRelationships(&related))?;
        }
        object.serialize_field("links", &SelfLink(self.0.location()))?;
        object.end()
    }
}

struct ShownAttributes<'a, R>(&'a R);

impl<R: Resource> Serialize for ShownAttributes<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for attribute in R::ATTRIBUTES {
            if let Some(value) = (attribute.show)(self.0) {
                members.serialize_entry(attribute.name, &value)?;
            }
        }
        members.end()
    }
}

struct ShownRelationships<'a>(&'a [Related]);

impl Serialize for ShownRelationships<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ToOne<'a> {
            data: &'a Related,
        }
        let related = self.0.iter();
        serializer.collect_map(related.map(|data| (data.resource_type.as_str(), ToOne { data })))
    }
}

impl Serialize for Related {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = [
            ("type", self.resource_type.as_str()),
            ("id", self.id.as_str()),
        ];
        serializer.collect_map(members)
    }
}

struct SelfLink(String);

impl Serialize for SelfLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("self", &self.0)])
    }
}
