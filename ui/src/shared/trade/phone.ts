/** A number as people write it where it belongs. Input is E.164. */
export function phoneWords(e164: string): string {
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  if (american) return `+1 ${american[1]} ${american[2]} ${american[3]}`;
  const turkish = /^\+90(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
  if (turkish) return `+90 ${turkish[1]} ${turkish[2]} ${turkish[3]} ${turkish[4]}`;
  return e164;
}
