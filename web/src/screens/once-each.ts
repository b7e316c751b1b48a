/** What a page keeps while nobody looks at it: one for each owner, gone with its owner. */
export function onceEach<Owner extends object, Kept>(make: (owner: Owner) => Kept): (owner: Owner) => Kept {
  const keptByOwner = new WeakMap<Owner, Kept>()
  return (owner) => {
    const kept = keptByOwner.get(owner) ?? make(owner)
    keptByOwner.set(owner, kept)
    return kept
  }
}
