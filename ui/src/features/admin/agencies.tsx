import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AgencyIn, AgencyOut, SellerOut } from "@/shared/api/generated/model";
import {
  getTenantsAgenciesQueryKey,
  getTenantsAgenciesQueryOptions,
  tenantsChangeAgency,
  tenantsMakeAgency,
} from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CheckKeys } from "./check-keys";
import { Evidence } from "./evidence";
import { CALLER_ROLES } from "./kinds";

/** Who calls where a seller's own people do not: where they sit, as what they call, and what they can prove. */
export function Agencies({ sellers }: { sellers: readonly SellerOut[] }) {
  const edits = useMay("edit_sellers");
  const agencies = useQuery(getTenantsAgenciesQueryOptions());
  const [opened, setOpened] = useState<AgencyOut | "new" | null>(null);
  return (
    <Stack mt="lg">
      <Group justify="space-between">
        <div>
          <Text component="h2" fw={650} m={0}>
            <Trans>Who calls for them</Trans>
          </Text>
          <Text c="dimmed" size="sm">
            <Trans>
              A campaign is called by the seller's own people, or by one of these. The law reads where they sit, and
              their own licences.
            </Trans>
          </Text>
        </div>
        {edits ? (
          <Button onClick={() => setOpened("new")} variant="default">
            <Trans>New agency</Trans>
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={agencies.error} retry={() => void agencies.refetch()} />
      {(agencies.data ?? []).map((agency) => (
        <Agency agency={agency} edits={edits} key={agency.id} onEdit={() => setOpened(agency)} sellers={sellers} />
      ))}
      <AgencyForm
        key={opened === "new" ? "new" : (opened?.id ?? "none")}
        onClose={() => setOpened(null)}
        opened={opened}
      />
    </Stack>
  );
}

interface AgencyProps {
  agency: AgencyOut;
  sellers: readonly SellerOut[];
  edits: boolean;
  onEdit: () => void;
}

function Agency({ agency, sellers, edits, onEdit }: AgencyProps) {
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => tenantsChangeAgency(agency.id, { ended: agency.ended_at === null }),
    onSuccess: () => queries.invalidateQueries({ queryKey: getTenantsAgenciesQueryKey() }),
  });
  return (
    <Stack className="surface" gap="sm" p="md">
      <Group justify="space-between">
        <div>
          <Text component="h3" fw={650} m={0}>
            {agency.name}
          </Text>
          <Text c="dimmed" size="sm">
            {word(CALLER_ROLES, agency.role)} · {agency.region || agency.country}
          </Text>
        </div>
        <Group gap="xs">
          {agency.ended_at ? (
            <Badge color="gray" variant="light">
              <Trans>no longer calls since {dateTime(agency.ended_at)}</Trans>
            </Badge>
          ) : null}
          {edits ? (
            <>
              <Button loading={end.isPending} onClick={() => end.mutate()} size="xs" variant="default">
                {agency.ended_at ? <Trans>Calls again</Trans> : <Trans>No longer calls</Trans>}
              </Button>
              <Button onClick={onEdit} size="xs" variant="default">
                <Trans>Edit</Trans>
              </Button>
            </>
          ) : null}
        </Group>
      </Group>
      <ProblemAlert error={end.error} />
      <Evidence holder={{ agency: agency.id }} name={agency.name} />
      <CheckKeys agency={agency} sellers={sellers} />
    </Stack>
  );
}

const NOBODY: AgencyIn = { name: "", role: "outsourced", country: "US", region: "", phone_e164: "", address: "" };

function AgencyForm({ opened, onClose }: { opened: AgencyOut | "new" | null; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const known = opened && opened !== "new" ? opened : null;
  const form = useForm<AgencyIn>({
    initialValues: known
      ? {
          name: known.name,
          role: known.role,
          country: known.country,
          region: known.region,
          phone_e164: known.phone_e164,
          address: known.address,
        }
      : NOBODY,
  });
  const save = useMutation({
    mutationFn: (values: AgencyIn) => (known ? tenantsChangeAgency(known.id, values) : tenantsMakeAgency(values)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getTenantsAgenciesQueryKey() });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened !== null}
      size="lg"
      title={known ? t`Edit agency` : t`New agency`}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput data-autofocus label={t`Name`} required withAsterisk {...form.getInputProps("name")} />
            <Select
              allowDeselect={false}
              data={Object.keys(CALLER_ROLES).map((role) => ({ value: role, label: word(CALLER_ROLES, role) }))}
              label={t`Calls as`}
              {...form.getInputProps("role")}
            />
            <TextInput
              label={t`Country where its people sit (two letters)`}
              maxLength={2}
              {...form.getInputProps("country")}
            />
            <TextInput
              description={t`Like US-FL; empty where it does not matter.`}
              label={t`Region where its people sit`}
              maxLength={6}
              {...form.getInputProps("region")}
            />
            <TextInput label={t`Telephone`} placeholder="+18005550100" {...form.getInputProps("phone_e164")} />
          </SimpleGrid>
          <Textarea autosize label={t`Address`} {...form.getInputProps("address")} />
          <ProblemAlert error={save.error} />
          <Group justify="flex-end">
            <Button loading={save.isPending} type="submit">
              <Trans>Save</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
