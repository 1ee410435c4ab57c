/** What the server says when it cannot do as asked: a code, a sentence, a next step (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly nextStep: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What is wrong with which input, by the input's name. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown) {
    const { message, code, nextStep, facts, fields } = read(body);
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code || `http_${status}`;
    this.nextStep = nextStep;
    this.facts = facts;
    this.fields = fields;
  }
}

/** The request never got an answer: no network, or the server is down. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.name = "Unreachable";
  }
}

interface Read {
  message: string;
  code: string;
  nextStep: string;
  facts: Record<string, unknown>;
  fields: Record<string, string>;
}

function read(body: unknown): Read {
  const nothing: Read = { message: "", code: "", nextStep: "", facts: {}, fields: {} };
  if (typeof body !== "object" || body === null) return nothing;
  const it = body as Record<string, unknown>;
  const detail = it.detail;
  return {
    message: text(it.message) || text(detail) || text(it.title),
    code: text(it.code),
    nextStep: text(it.next_step),
    facts: (it.facts as Record<string, unknown> | undefined) ?? {},
    fields: fieldsOf(it.fields ?? it.errors ?? detail),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Both shapes in use: {name: sentence}, and a list of {loc|param, msg|message}. */
function fieldsOf(value: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  if (Array.isArray(value)) {
    for (const one of value as Record<string, unknown>[]) {
      const loc = one.loc;
      const name = text(one.param) || text(one.field) || (Array.isArray(loc) ? String(loc.at(-1)) : "");
      // "body.email" and "email" are one input to a form.
      if (name) fields[name.split(".").at(-1) ?? name] = text(one.msg) || text(one.message);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, sentence] of Object.entries(value)) fields[name] = String(sentence);
  }
  return fields;
}
