import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Our own colours: Mantine's defaults fail the AA contrast of text on several of their shades. */
const lake: MantineColorsTuple = [
  "#eaf6f8",
  "#d3eaee",
  "#a9d6de",
  "#7bc0cd",
  "#4fa9ba",
  "#2f93a6",
  "#1b7d90",
  "#0f6a7b",
  "#0b5967",
  "#074651",
];
const slate: MantineColorsTuple = [
  "#f6f8f9",
  "#eceff2",
  "#d9dfe4",
  "#bcc6ce",
  "#93a1ac",
  "#6b7a86",
  "#505e69",
  "#3c4852",
  "#2a343c",
  "#1b2329",
];
const dark: MantineColorsTuple = [
  "#e3e9ec",
  "#c3ccd2",
  "#a2aeb6",
  "#7d8b95",
  "#4a5761",
  "#37434c",
  "#29333a",
  "#1f282e",
  "#182025",
  "#12181c",
];
const leaf: MantineColorsTuple = [
  "#e9f7ef",
  "#d2eddd",
  "#a7dbbb",
  "#79c897",
  "#4fb577",
  "#349e5f",
  "#22844b",
  "#17703d",
  "#105c31",
  "#0a4725",
];
const amber: MantineColorsTuple = [
  "#fff6e5",
  "#ffeac4",
  "#ffd68c",
  "#ffc152",
  "#f7ab24",
  "#dd9212",
  "#b57508",
  "#8f5b04",
  "#714701",
  "#573600",
];
const brick: MantineColorsTuple = [
  "#fdeeec",
  "#fad9d5",
  "#f3b1aa",
  "#ec867b",
  "#e26153",
  "#d14536",
  "#b93224",
  "#9d261a",
  "#801c12",
  "#64130b",
];

export const theme = createTheme({
  colors: { lake, slate, dark, leaf, amber, brick, red: brick, green: leaf, yellow: amber, gray: slate },
  primaryColor: "lake",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.25,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, monospace",
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.2rem" }, h3: { fontSize: "1.02rem" } },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // A badge here says a sentence, not a label; capitals would shout it and cut it short.
    Badge: { defaultProps: { tt: "none", fw: 600 } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
  },
});

/** Dimmed text and links readable on every surface, in both schemes. */
export const cssVariables: CSSVariablesResolver = (mantine) => ({
  variables: { "--ahize-ribbon-height": "32px" },
  light: {
    "--mantine-color-body": "#f4f7f8",
    "--mantine-color-text": "#17212a",
    "--mantine-color-dimmed": "#52606b",
    "--mantine-color-placeholder": "#64727d",
    "--mantine-color-error": mantine.colors.brick?.[6] ?? "#b93224",
    "--mantine-color-anchor": mantine.colors.lake?.[7] ?? "#0f6a7b",
    "--ahize-surface": "#ffffff",
    "--ahize-line": "#dde4e8",
    "--ahize-soft": "#eef3f5",
  },
  dark: {
    "--mantine-color-body": "#12181c",
    "--mantine-color-text": "#e3e9ec",
    "--mantine-color-dimmed": "#a2aeb6",
    "--mantine-color-placeholder": "#93a1ac",
    "--mantine-color-error": "#f0998f",
    "--mantine-color-anchor": "#7bc0cd",
    "--ahize-surface": "#1a2228",
    "--ahize-line": "#2f3a42",
    "--ahize-soft": "#222c33",
  },
});
