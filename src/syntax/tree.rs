//! Building trees from assignments to paths.

use std::sync::Arc;

use crate::trace::{Map, Node, Origin, Unknown, Value};

/// A key on the way, and where it was written.
pub(crate) type Key = (String, Origin);

/// Sets the node at `path` under `map`; what is in the way and no map is replaced by one.
pub(crate) fn set(map: &mut Map, path: &[Key], node: Node) {
    let Some(((name, origin), above)) = path.split_last() else {
        return;
    };
    let target = above.iter().fold(map, |map, key| enter(map, key));
    target.insert(name.clone(), origin.clone(), node);
}

/// Makes known that what `node` holds may or may not be set at `path`: its values become unknown
/// there, and what else is there stays.
pub(crate) fn set_perhaps(map: &mut Map, path: &[Key], node: Node, why: &Arc<Unknown>) {
    match node.value {
        Value::Map(entries) => {
            let target = path.iter().fold(map, |map, key| enter(map, key));
            for (name, slot) in entries {
                set_perhaps(target, &[(name, slot.key)], slot.node, why);
            }
        }
        _ => set(
            map,
            path,
            Node::new(Value::Unknown(why.clone()), node.origin),
        ),
    }
}

/// The map under `key`, made if need be.
pub(crate) fn enter<'m>(map: &'m mut Map, key: &Key) -> &'m mut Map {
    let (name, origin) = key;
    if map.get(name).and_then(Node::as_map).is_none() {
        map.insert(
            name.clone(),
            origin.clone(),
            Node::map(Map::new(), origin.clone()),
        );
    }
    match map.get_mut(name).map(|n| &mut n.value) {
        Some(Value::Map(inner)) => inner,
        _ => unreachable!("a map was just put there"),
    }
}

/// The node at `path` under `map`.
pub(crate) fn get<'m>(map: &'m Map, path: &[Key]) -> Option<&'m Node> {
    let ((first, _), rest) = path.split_first()?;
    rest.iter()
        .try_fold(map.get(first)?, |node, (name, _)| node.get(name))
}

/// Appends `node` to the list at `path`, which is made if need be.
pub(crate) fn push(map: &mut Map, path: &[Key], node: Node) {
    let Some(((name, origin), above)) = path.split_last() else {
        return;
    };
    let target = above.iter().fold(map, |map, key| enter(map, key));
    match target.get_mut(name).map(|n| &mut n.value) {
        Some(Value::List(items)) => items.push(node),
        Some(Value::Unknown(_)) => {}
        _ => {
            target.insert(
                name.clone(),
                origin.clone(),
                Node::list(vec![node], origin.clone()),
            );
        }
    }
}
