import { Plural, Trans, useLingui } from "@lingui/react/macro";
import {
  Badge,
  Button,
  FileInput,
  Group,
  Modal,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconVinyl } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  getLinesAllSoundsQueryKey,
  getLinesAllSoundsQueryOptions,
  linesApproveSound,
  linesArchiveSound,
  linesBringSound,
} from "@/shared/api/generated/lines";
import type { LinesBringSoundBody, SoundOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { languageName, span } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { FormEnd } from "@/shared/ui/form-end";
import { Ago } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Sha256 } from "@/shared/ui/sha256";
import { SOUND_USES } from "./kinds";

/** Recordings that people hear: brought by one, listened to and approved by another. */
export function SoundsPage() {
  const { t } = useLingui();
  const brings = useMay("edit_sounds");
  const [archived, setArchived] = useState(false);
  const [adding, setAdding] = useState(false);
  const sounds = useQuery(getLinesAllSoundsQueryOptions(archived ? { archived } : {}));
  const waiting = (sounds.data ?? []).filter((one) => !one.approved_at && !one.archived_at).length;
  const add = brings ? (
    <Button leftSection={<IconPlus aria-hidden size={16} />} onClick={() => setAdding(true)}>
      <Trans>New recording</Trans>
    </Button>
  ) : null;
  return (
    <>
      <PageHeader
        actions={
          <>
            <Switch
              checked={archived}
              label={t`Archived, too`}
              onChange={(event) => setArchived(event.currentTarget.checked)}
            />
            {add}
          </>
        }
        note={t`What machines and flows play to people. Nothing is played before a second person has heard it.`}
        title={t`Sounds`}
      />
      <ProblemAlert error={sounds.error} retry={() => void sounds.refetch()} />
      {waiting > 0 ? (
        <Text mb="sm" size="sm">
          <Plural
            one="# recording waits for a second person."
            other="# recordings wait for a second person."
            value={waiting}
          />
        </Text>
      ) : null}
      {sounds.data ? (
        sounds.data.length === 0 ? (
          <EmptyState action={add} icon={IconVinyl}>
            <Trans>Messages for answering machines and prompts for flows live here. There is none yet.</Trans>
          </EmptyState>
        ) : (
          <Stack gap="sm">
            {sounds.data.map((sound) => (
              <Sound key={sound.id} sound={sound} />
            ))}
          </Stack>
        )
      ) : (
        <Skeleton height={240} />
      )}
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setAdding(false)}
        opened={adding}
        size="lg"
        title={t`New recording`}
      >
        {adding ? <AddForm onClose={() => setAdding(false)} /> : null}
      </Modal>
    </>
  );
}

function Sound({ sound }: { sound: SoundOut }) {
  const { t } = useLingui();
  const approves = useMay("approve_spoken");
  const queries = useQueryClient();
  const deed = useMutation({
    mutationFn: (ask: () => Promise<SoundOut>) => ask(),
    onSuccess: () => queries.invalidateQueries({ queryKey: [getLinesAllSoundsQueryKey()[0]] }),
  });
  const [heard, setHeard] = useState(false);
  const waits = !sound.approved_at && !sound.archived_at;
  return (
    <Stack aria-label={sound.name} className="surface" component="section" gap={8} p="md">
      <Group align="flex-start" justify="space-between">
        <div>
          <Group gap="xs">
            <Text component="h2" fw={650} m={0}>
              {sound.name}
            </Text>
            <State sound={sound} />
          </Group>
          <Text c="dimmed" size="sm">
            {languageName(sound.language)} · <Trans>version {sound.version}</Trans> · {span(sound.seconds * 1000)} ·{" "}
            {word(SOUND_USES, sound.use)} · <Ago at={sound.created_at} /> · <Sha256 of={sound.sha256} />
          </Text>
        </div>
        <Group gap={6}>
          {waits && approves && !sound.mine ? (
            <Button
              disabled={!heard}
              loading={deed.isPending}
              onClick={() => deed.mutate(() => linesApproveSound(sound.id))}
              size="xs"
              title={heard ? undefined : t`Listen to it first`}
            >
              <Trans>Approve</Trans>
            </Button>
          ) : null}
          {sound.archived_at ? null : (
            <Button
              aria-label={t`Archive: ${sound.name}`}
              onClick={() => deed.mutate(() => linesArchiveSound(sound.id))}
              size="xs"
              variant="default"
            >
              <Trans>Archive</Trans>
            </Button>
          )}
        </Group>
      </Group>
      <ProblemAlert error={deed.error} />
      {sound.text ? <Text size="sm">“{sound.text}”</Text> : null}
      {/* biome-ignore lint/a11y/useMediaCaption: the words that are spoken stand above it */}
      <audio
        aria-label={t`Listen: ${sound.name}`}
        controls
        onEnded={() => setHeard(true)}
        preload="none"
        src={`/api/sounds/${sound.id}/audio`}
        style={{ height: 36, maxWidth: 460, width: "100%" }}
      />
      {waits && sound.mine ? (
        <Text c="dimmed" size="xs">
          <Trans>You brought it: another person listens and approves.</Trans>
        </Text>
      ) : waits && approves && !heard ? (
        <Text c="dimmed" size="xs">
          <Trans>Listen to its end, then approve.</Trans>
        </Text>
      ) : null}
    </Stack>
  );
}

function State({ sound }: { sound: SoundOut }) {
  if (sound.archived_at) {
    return (
      <Badge color="gray" variant="light">
        <Trans>archived</Trans>
      </Badge>
    );
  }
  return sound.approved_at ? (
    <Badge color="leaf" variant="light">
      <Trans>approved</Trans>
    </Badge>
  ) : (
    <Badge color="amber" variant="light">
      <Trans>waits for a second person</Trans>
    </Badge>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const { i18n, t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      name: "",
      language: i18n.locale,
      use: "voicemail" as LinesBringSoundBody["use"],
      text: "",
      file: null as File | null,
    },
    validate: {
      name: (value) => (value.trim() ? null : t`Give it a name`),
      file: (value) => (value ? null : t`Choose a file`),
    },
  });
  const add = useMutation({
    mutationFn: ({ file, ...values }: typeof form.values) => linesBringSound({ ...values, file: file as File }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [getLinesAllSoundsQueryKey()[0]] });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <FileInput
          accept="audio/wav,.wav"
          data-autofocus
          description={t`WAV, at any rate; it is made fit for the telephone. Loudness and silence are checked.`}
          label={t`Recording`}
          placeholder={t`Choose a file`}
          withAsterisk
          {...form.getInputProps("file")}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput label={t`Name`} withAsterisk {...form.getInputProps("name")} />
          <Select
            allowDeselect={false}
            data={["en", "tr", "es", "fr", "de", "ar"].map((code) => ({ value: code, label: languageName(code) }))}
            label={t`Language`}
            {...form.getInputProps("language")}
          />
        </SimpleGrid>
        <Select
          allowDeselect={false}
          data={Object.keys(SOUND_USES).map((use) => ({ value: use, label: word(SOUND_USES, use) }))}
          label={t`What for`}
          {...form.getInputProps("use")}
        />
        <Textarea
          autosize
          description={t`Word for word: for whoever approves it, and for who cannot hear it.`}
          label={t`What is said in it`}
          minRows={2}
          {...form.getInputProps("text")}
        />
        <FormEnd error={add.error} isPending={add.isPending} onClose={onClose}>
          <Trans>Bring it in</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
