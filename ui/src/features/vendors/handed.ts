/** Where a vendor's program posts to: the path that such programs know. */
const PATH = "/vicidial/non_agent_api.php";

export function addressHere(): string {
  return `${window.location.origin}${PATH}`;
}

/** A post as a line for a shell; by POST, since a key in an address stands in other people's logs. */
export function example({ user, key, list }: { user: string; key: string; list: string }): string {
  const said = [
    "source=test",
    `user=${user}`,
    `pass=${key}`,
    "function=add_lead",
    "phone_code=1",
    "phone_number=2125550123",
    `list_id=${list}`,
    "first_name=Ada",
    "last_name=Example",
  ];
  return [`curl ${addressHere()}`, ...said.map((one) => `  -d ${one}`)].join(" \\\n");
}
