import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { RecordingOut } from "@/shared/api/generated/model";
import { RecordingPlayer } from "./recording-player";

const RECORDING = {
  seconds: 60,
  gaps: [{ at_s: 30, lasted_s: 20 }],
  peaks: [btoa("\x00\x80\xff"), btoa("\xff\x80\x00")],
} as unknown as RecordingOut;

function shown(onLost = () => {}) {
  const { container } = render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <RecordingPlayer address="/api/recordings/1/audio?ticket=x" onLost={onLost} recording={RECORDING} />
      </MantineProvider>
    </I18nProvider>,
  );
  const sound = container.querySelector("audio");
  if (!sound) throw new Error("there is a sound");
  return { sound, wave: screen.getByRole("slider"), container };
}

it("is played, moved and sped up by keys", () => {
  const play = vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  const { sound, wave } = shown();
  fireEvent.keyDown(wave, { key: " " });
  expect(play).toHaveBeenCalledOnce();
  fireEvent.keyDown(wave, { key: "ArrowRight" });
  expect(sound.currentTime).toBe(5);
  expect(wave.getAttribute("aria-valuenow")).toBe("5");
  fireEvent.keyDown(wave, { key: "ArrowUp" });
  expect(sound.playbackRate).toBe(1.25);
});

it("leaves a browser's own keys alone", () => {
  const { sound, wave } = shown();
  fireEvent.keyDown(wave, { key: "ArrowRight", altKey: true });
  expect(sound.currentTime).toBe(0);
});

it("draws both sides and where it was paused", () => {
  const { container } = shown();
  expect(container.querySelectorAll("svg[data-who] path")).toHaveLength(4);
  expect((container.querySelector("span[style*='left: 50%']") as HTMLElement | null)?.className).toContain("gap");
});

it("says when the sound cannot be heard any more", () => {
  const onLost = vi.fn();
  const { sound } = shown(onLost);
  fireEvent.error(sound);
  expect(onLost).toHaveBeenCalledOnce();
});
