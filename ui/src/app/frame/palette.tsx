import "@mantine/spotlight/styles.css";
import { useLingui } from "@lingui/react/macro";
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { createSpotlight, Spotlight, type SpotlightActionData, useSpotlight } from "@mantine/spotlight";
import { IconKeyboard, IconLanguage, IconLogout, IconMoon, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useLayoutEffect, useState } from "react";
import { useSheet } from "@/shared/keyboard/keyboard";
import { labelOf } from "@/shared/keyboard/strokes";
import { inOtherLanguage, type Language, learnOtherLanguage } from "@/shared/language/language";
import type { Me } from "@/shared/session/me";
import { Key } from "@/shared/ui/key";
import { roomsOf } from "../rooms";

interface PaletteProps {
  me: Me;
  speakTo: (language: Language) => void;
  showKeys: () => void;
  leave: () => void;
}

const [store, palette] = createSpotlight();

export const openPalette = palette.open;

/**
 * What is found first is what Enter takes, also where it is found after the last key: the list may come back from
 * "nothing found", or the other language's words arrive. An empty search takes nothing.
 */
function useFirstFound(query: string) {
  const { listId } = useSpotlight(store);
  useLayoutEffect(() => {
    const list = query.trim() && listId ? document.getElementById(listId) : null;
    if (!list || list.querySelector("[data-selected]")) return;
    const first = list.querySelector("[data-action]");
    if (!first) return;
    first.setAttribute("data-selected", "true");
    store.updateState((state) => ({ ...state, selected: 0 }));
  });
}

/** Ctrl/Cmd+K: every room, every key of this screen, every setting of this tab. */
export function Palette({ me, speakTo, showKeys, leave }: PaletteProps) {
  const { i18n, t } = useLingui();
  const navigate = useNavigate();
  const { bindings } = useSheet();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  // Once the other language's words are here the actions are found by them, too: look again then.
  const [, setLearnt] = useState(false);
  const [query, setQuery] = useState("");
  useFirstFound(query);
  const other: Language = i18n.locale === "tr" ? "en" : "tr";

  const rooms: SpotlightActionData[] = roomsOf(me).map((room) => ({
    id: room.path,
    label: i18n._(room.label),
    keywords: [room.path.slice(1), inOtherLanguage(room.label)],
    leftSection: <room.icon aria-hidden size={18} />,
    onClick: () => void navigate({ to: room.path }),
  }));
  const here: SpotlightActionData[] = bindings
    .filter((binding) => binding.key !== "?")
    .map((binding) => ({
      id: `key-${binding.key}`,
      label: labelOf(binding, (message) => i18n._(message)),
      keywords: [typeof binding.label === "string" ? "" : inOtherLanguage(binding.label), binding.key],
      leftSection: <IconKeyboard aria-hidden size={18} />,
      rightSection: <Key name={binding.key} />,
      onClick: binding.run,
    }));
  const settings: SpotlightActionData[] = [
    {
      id: "language",
      label: other === "tr" ? "Türkçe" : "English",
      keywords: ["language", "dil"],
      leftSection: <IconLanguage aria-hidden size={18} />,
      onClick: () => speakTo(other),
    },
    {
      id: "scheme",
      label: scheme === "dark" ? t`Light colours` : t`Dark colours`,
      keywords: ["light dark", "açık koyu"],
      leftSection: <IconMoon aria-hidden size={18} />,
      onClick: () => setColorScheme(scheme === "dark" ? "light" : "dark"),
    },
    {
      id: "keys",
      label: t`Keys on this screen`,
      keywords: ["shortcut keyboard", "kısayol klavye"],
      leftSection: <IconKeyboard aria-hidden size={18} />,
      rightSection: <Key name="?" />,
      onClick: showKeys,
    },
    {
      id: "sign-out",
      label: t`Sign out`,
      keywords: ["log out exit", "çıkış oturumu kapat"],
      leftSection: <IconLogout aria-hidden size={18} />,
      onClick: leave,
    },
  ];

  return (
    <Spotlight
      actions={[
        { group: t`On this screen`, actions: here },
        { group: t`Go to`, actions: rooms },
        { group: t`Settings`, actions: settings },
      ].filter((group) => group.actions.length > 0)}
      highlightQuery
      limit={12}
      onSpotlightOpen={() => void learnOtherLanguage().then(() => setLearnt(true))}
      nothingFound={t`Nothing found`}
      onQueryChange={setQuery}
      query={query}
      scrollable
      searchProps={{
        "aria-label": t`Find anything`,
        leftSection: <IconSearch aria-hidden size={18} />,
        placeholder: t`Find anything`,
      }}
      shortcut={["mod + K"]}
      store={store}
      tagsToIgnore={[]}
    />
  );
}
