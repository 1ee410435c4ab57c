import { Trans, useLingui } from "@lingui/react/macro";
import {
  Checkbox,
  Fieldset,
  Modal,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { getLinesLinesQueryKey, linesChangeTrunk, linesMakeTrunk } from "@/shared/api/generated/lines";
import type { TrunkIn, TrunkOut } from "@/shared/api/generated/model";
import { getTenantsCallerIdsQueryOptions, getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { phoneWords } from "@/shared/trade/phone";
import { word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { CodecsField } from "./codecs-field";
import { ATTESTATIONS, TRANSPORTS, TRUNK_KINDS } from "./kinds";
import { type PriceRow, pricesOf, rowsOf } from "./prices";
import { PricesField } from "./prices-field";

interface TrunkFormProps {
  opened: TrunkOut | "new" | null;
  codecs: readonly string[];
  onClose: () => void;
}

export function TrunkForm({ opened, codecs, onClose }: TrunkFormProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened !== null}
      size="xl"
      title={opened === "new" ? t`New trunk` : t`Edit trunk`}
    >
      {opened ? <Form known={codecs} onClose={onClose} trunk={opened === "new" ? null : opened} /> : null}
    </Modal>
  );
}

interface Values extends Omit<TrunkIn, "prices" | "codecs"> {
  codecs: string[];
  prices: PriceRow[];
}

const NEW: Values = {
  name: "",
  kind: "registration",
  host: "",
  port: 5060,
  transport: "udp",
  username: "",
  secret: "",
  codecs: ["ulaw", "alaw"],
  channels_max: 30,
  per_second_max: 10,
  currency: "USD",
  prices: [],
  caller_ids: [],
  attestation: "",
  stir_key: "",
  certificate: "",
  certificate_url: "",
  watched: true,
  enabled: true,
};

function valuesOf(trunk: TrunkOut): Values {
  return {
    ...NEW,
    name: trunk.name,
    kind: trunk.kind,
    host: trunk.host,
    port: trunk.port,
    transport: trunk.transport,
    username: trunk.username,
    codecs: trunk.codecs,
    channels_max: trunk.channels_max,
    per_second_max: Number(trunk.per_second_max),
    currency: trunk.currency,
    prices: rowsOf(trunk.prices),
    caller_ids: trunk.caller_ids,
    attestation: trunk.attestation,
    certificate: trunk.certificate,
    certificate_url: trunk.certificate_url,
    watched: trunk.watched,
    enabled: trunk.enabled,
  };
}

/** A secret that was not typed stays as it is. */
function told({ prices, secret, stir_key, ...values }: Values): TrunkIn {
  return {
    ...values,
    prices: pricesOf(prices),
    ...(secret ? { secret } : {}),
    ...(stir_key ? { stir_key } : {}),
  };
}

function Form({ trunk, known, onClose }: { trunk: TrunkOut | null; known: readonly string[]; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const callerIds = useCallerIds();
  const signsIn = (values: Values) => values.kind === "registration";
  const form = useForm<Values>({
    initialValues: trunk ? valuesOf(trunk) : NEW,
    validate: {
      username: (value, values) =>
        signsIn(values) && !value?.trim() ? t`To sign in it needs the name that the carrier gave you.` : null,
      secret: (value, values) =>
        signsIn(values) && !value && !trunk?.has_secret
          ? t`To sign in it needs the password that the carrier gave you.`
          : null,
    },
  });
  const save = useMutation({
    mutationFn: (values: Values) => (trunk ? linesChangeTrunk(trunk.id, told(values)) : linesMakeTrunk(told(values))),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getLinesLinesQueryKey() });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const { kind, transport, codecs, prices, currency } = form.values;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <Fieldset legend={t`The carrier`}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <TextInput data-autofocus label={t`Name`} required withAsterisk {...form.getInputProps("name")} />
            <Select
              allowDeselect={false}
              data={Object.keys(TRUNK_KINDS).map((one) => ({ value: one, label: word(TRUNK_KINDS, one) }))}
              label={t`How the carrier knows us`}
              {...form.getInputProps("kind")}
            />
            <TextInput
              label={t`Address`}
              placeholder="sip.carrier.example"
              required
              withAsterisk
              {...form.getInputProps("host")}
            />
            <SimpleGrid cols={2} spacing="sm">
              <NumberInput label={t`Port`} max={65_535} min={1} {...form.getInputProps("port")} />
              <Select
                allowDeselect={false}
                data={Object.entries(TRANSPORTS).map(([value, label]) => ({ value, label }))}
                label={t`Transport`}
                value={transport ?? "udp"}
                onChange={(chosen) => {
                  const next = (chosen ?? "udp") as keyof typeof TRANSPORTS;
                  form.setFieldValue("transport", next);
                  // The usual port goes with it; one that was typed stays.
                  if (next === "tls" && form.values.port === 5060) form.setFieldValue("port", 5061);
                  if (next !== "tls" && form.values.port === 5061) form.setFieldValue("port", 5060);
                }}
              />
            </SimpleGrid>
            <TextInput
              autoComplete="off"
              label={t`User name`}
              withAsterisk={kind === "registration"}
              {...form.getInputProps("username")}
            />
            <PasswordInput
              autoComplete="new-password"
              description={trunk?.has_secret ? t`One is kept, sealed. Empty leaves it as it is.` : undefined}
              label={t`Password`}
              withAsterisk={kind === "registration" && !trunk?.has_secret}
              {...form.getInputProps("secret")}
            />
          </SimpleGrid>
          <Checkbox
            description={t`Every 15 seconds. Off for a carrier that does not answer such questions.`}
            label={t`Ask whether it is there`}
            mt="sm"
            {...form.getInputProps("watched", { type: "checkbox" })}
          />
        </Fieldset>
        <Fieldset legend={t`How much it bears`}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <NumberInput
              label={t`Calls at once, at most`}
              max={10_000}
              min={1}
              {...form.getInputProps("channels_max")}
            />
            <NumberInput
              decimalScale={2}
              label={t`New calls per second, at most`}
              max={1_000}
              min={0.1}
              step={1}
              {...form.getInputProps("per_second_max")}
            />
          </SimpleGrid>
          <CodecsField
            error={form.errors.codecs as string | undefined}
            known={known}
            onChange={(next) => form.setFieldValue("codecs", next)}
            value={codecs}
          />
        </Fieldset>
        <Fieldset legend={t`What it costs`}>
          <TextInput
            label={t`Currency (three letters)`}
            maw={180}
            maxLength={3}
            mb="xs"
            {...form.getInputProps("currency")}
          />
          <PricesField
            currency={currency ?? ""}
            error={form.errors.prices as string | undefined}
            onChange={(rows) => form.setFieldValue("prices", rows)}
            value={prices}
          />
        </Fieldset>
        <Fieldset legend={t`What it may show, and how it vouches`}>
          <Stack gap="sm">
            <MultiSelect
              clearable
              data={callerIds}
              description={t`Those the carrier lets you show here. None chosen: all of the house. Proofs stand on the Sellers page.`}
              label={t`Caller IDs`}
              searchable
              {...form.getInputProps("caller_ids")}
            />
            <Select
              allowDeselect={false}
              data={Object.keys(ATTESTATIONS).map((one) => ({ value: one, label: word(ATTESTATIONS, one) }))}
              label={t`Attestation (STIR/SHAKEN)`}
              {...form.getInputProps("attestation")}
            />
            {form.values.attestation ? (
              <>
                <Textarea
                  autosize
                  description={trunk?.has_stir_key ? t`One is kept, sealed. Empty leaves it as it is.` : undefined}
                  label={t`Key (PEM, P-256)`}
                  maxRows={6}
                  minRows={2}
                  spellCheck={false}
                  {...form.getInputProps("stir_key")}
                />
                <Textarea
                  autosize
                  label={t`Certificate (PEM)`}
                  maxRows={6}
                  minRows={2}
                  spellCheck={false}
                  {...form.getInputProps("certificate")}
                />
                <TextInput
                  label={t`Where others fetch the certificate`}
                  placeholder="https://cert.example/shaken.pem"
                  {...form.getInputProps("certificate_url")}
                />
              </>
            ) : (
              <Text c="dimmed" size="xs">
                <Trans>Without a key of your own the carrier may sign your calls; ask which level it gives them.</Trans>
              </Text>
            )}
          </Stack>
        </Fieldset>
        <FormEnd error={save.error} isPending={save.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

/** Every caller ID of every seller, with whose it is. */
function useCallerIds(): { group: string; items: { value: string; label: string }[] }[] {
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const each = useQueries({
    queries: (sellers.data ?? []).map((seller) => getTenantsCallerIdsQueryOptions(seller.id)),
  });
  return (sellers.data ?? []).map((seller, index) => ({
    group: seller.name,
    items: (each[index]?.data ?? []).map(({ e164, label }) => ({
      value: e164,
      label: [phoneWords(e164), label].filter(Boolean).join(" · "),
    })),
  }));
}
