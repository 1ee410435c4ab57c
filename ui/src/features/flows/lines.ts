/** Where in its text a flow is wrong; pure. */
import type { FlowProblemOut } from "@/shared/api/generated/model";

export interface Finding {
  /** From 1; null where it is of the whole flow. */
  line: number | null;
  says: string;
  /** It keeps the flow from being used at all; the others only from being played with nobody of ours on the line. */
  blocks: boolean;
}

/** The line that begins this node, from 1; null where the text has none of that name. */
export function lineOf(yaml: string, node: string): number | null {
  if (!node) return null;
  const lines = yaml.split("\n");
  const nodes = lines.findIndex((line) => /^nodes:\s*$/.test(line));
  const name = node.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const begins = new RegExp(`^\\s+["']?${name}["']?:`);
  const at = lines.findIndex((line, index) => index > nodes && begins.test(line));
  return at < 0 ? null : at + 1;
}

export function findingsOf(yaml: string, problems: readonly FlowProblemOut[]): Finding[] {
  return problems
    .map(({ node, says, alone }) => ({
      line: lineOf(yaml, node),
      says: node ? `${node}: ${says}` : says,
      blocks: !alone,
    }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** "flow, line 12: …" and "flow: nodes.hello.next …": what could not be read says where in words. */
export function lineInWords(message: string, yaml: string): number | null {
  const line = /\bline (\d+)/.exec(message)?.[1];
  if (line) return Number(line);
  const node = /\bnodes\.([A-Za-z0-9_]+)/.exec(message)?.[1];
  return node ? lineOf(yaml, node) : null;
}

/** The same flow as its next version, to be changed. */
export function nextVersion(yaml: string, version: number): string {
  return yaml.replace(/^version:.*$/m, `version: ${version + 1}`);
}
