/** A key as printed on the keyboard. */
export function Key({ name }: { name: string }) {
  return <kbd className="key">{name.length === 1 ? name.toUpperCase() : name}</kbd>;
}
