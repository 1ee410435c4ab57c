import { useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { type Language, speak } from "@/shared/language/language";

/** EN or TR. Each language's name stands in that language, so that it is found whatever the screen speaks. */
export function LanguageChoice({ onChange }: { onChange?: (language: Language) => void }) {
  const { i18n, t } = useLingui();
  return (
    <SegmentedControl
      aria-label={t`Language`}
      data={[
        { label: <span lang="en">EN</span>, value: "en" },
        { label: <span lang="tr">TR</span>, value: "tr" },
      ]}
      onChange={(value) => {
        const language = value === "tr" ? "tr" : "en";
        void speak(language).then(() => onChange?.(language));
      }}
      size="xs"
      value={i18n.locale}
    />
  );
}
