import { useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { type Language, speak } from "@/shared/language/language";

interface LanguageChoiceProps {
  /** Without it this browser alone is told. */
  onChange?: (language: Language) => void;
}

/** EN or TR. Each language's name stands in that language, so that it is found whatever the screen speaks. */
export function LanguageChoice({ onChange = (language) => void speak(language) }: LanguageChoiceProps) {
  const { i18n, t } = useLingui();
  return (
    <SegmentedControl
      aria-label={t`Language`}
      data={[
        { label: <span lang="en">EN</span>, value: "en" },
        { label: <span lang="tr">TR</span>, value: "tr" },
      ]}
      onChange={(value) => onChange(value === "tr" ? "tr" : "en")}
      size="xs"
      value={i18n.locale}
    />
  );
}
