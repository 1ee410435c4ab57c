import { useLingui } from "@lingui/react/macro";
import { useRef } from "react";
import classes from "./flows.module.css";
import type { Finding } from "./lines";

interface EditorProps {
  value: string;
  findings: readonly Finding[];
  readOnly: boolean;
  onChange: (yaml: string) => void;
}

/** The flow as text, with its lines counted and the wrong ones marked. Tab moves on, as in every form; spaces indent. */
export function Editor({ value, findings, readOnly, onChange }: EditorProps) {
  const { t } = useLingui();
  const numbers = useRef<HTMLDivElement>(null);
  const tones = new Map(findings.map(({ line, blocks }) => [line, blocks ? "bad" : "warn"]));
  return (
    <div className={classes.editor}>
      <div aria-hidden className={classes.numbers} ref={numbers}>
        {value.split("\n").map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div data-tone={tones.get(index + 1)} key={index}>
            {index + 1}
          </div>
        ))}
      </div>
      <textarea
        aria-label={t`The flow as text (YAML)`}
        className={classes.text}
        id="flow-text"
        onChange={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
        readOnly={readOnly}
        spellCheck={false}
        value={value}
        wrap="off"
      />
    </div>
  );
}

/** Puts the caret at the beginning of a line, and the line into sight. */
export function goToLine(line: number): void {
  const field = document.getElementById("flow-text");
  if (!(field instanceof HTMLTextAreaElement)) return;
  const at =
    field.value
      .split("\n")
      .slice(0, line - 1)
      .join("\n").length + (line > 1 ? 1 : 0);
  field.focus();
  field.setSelectionRange(at, at);
  const height = Number.parseFloat(getComputedStyle(field).lineHeight) || 20;
  field.scrollTop = Math.max(0, (line - 5) * height);
}
