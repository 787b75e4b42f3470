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

    /// The relationship to other resources.
    fn relationship(&self) -> Option<Relationship> {
        None
    }

    /// The name of the resource's state, for its entity tag. It changes whenever a change of the
    /// resource changes what is shown. Without one, the tag is a hash of what is shown.
    fn revision(&self) -> Option<String> {
        None
    }

    /// The value of `links.self`; `None` if the resource is only an answer, so that it has no URL.
    fn location(&self) -> Option<String> {
        Some(format!("/{}/{}", Self::TYPE.as_str(), self.id()))
    }
}

/// A relationship (JSON:API 1.1, document structure), named after the type of resources that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    /// The type.
    pub resource_type: ResourceType,
    /// The ids.
    pub ids: Vec<String>,
    /// Whether its data is an array. Otherwise it is the first resource, or null.
    pub is_list: bool,
}

/// A reference to a resource: a resource identifier object (JSON:API 1.1).
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
        let relationship = self.0.relationship();
        let mut object = serializer.serialize_struct("ResourceObject", 5)?;
        object.serialize_field("type", R::TYPE.as_str())?;
        object.serialize_field("id", &self.0.id())?;
        object.serialize_field("attributes", &ShownAttributes(self.0))?;
        if let Some(relationship) = &relationship {
            object.serialize_field("relationships", &ShownRelationship(relationship))?;
        }
        if let Some(location) = self.0.location() {
            object.serialize_field("links", &SelfLink(location))?;
        }
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

struct ShownRelationship<'a>(&'a Relationship);

impl Serialize for ShownRelationship<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Linkage {
            data: Data,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Data {
            Many(Vec<Related>),
            One(Option<Related>),
        }
        let resource_type = self.0.resource_type;
        let related = self.0.ids.iter().cloned();
        let mut related = related.map(|id| Related { resource_type, id });
        let data = match self.0.is_list {
            true => Data::Many(related.collect()),
            false => Data::One(related.next()),
        };
        serializer.collect_map([(resource_type.as_str(), Linkage { data })])
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
