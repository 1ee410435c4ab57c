import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Select, SimpleGrid, Skeleton, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconBuildingStore, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { SellerIn, SellerOut } from "@/shared/api/generated/model";
import { getTenantsSellersQueryOptions, tenantsChangeSeller, tenantsMakeSeller } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMe } from "@/shared/session/session";
import { word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Agencies } from "./agencies";
import { CallerIds } from "./caller-ids";
import { Evidence } from "./evidence";
import { ORG_TYPES, SECTORS } from "./kinds";

/** On whose behalf calls are made, and the numbers that may be shown. */
export function SellersPage() {
  const { t } = useLingui();
  const me = useMe();
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const [opened, setOpened] = useState<SellerOut | "new" | null>(null);
  const edits = me.verbs.includes("edit_sellers");
  const add = edits ? (
    <Button leftSection={<IconPlus aria-hidden size={16} />} onClick={() => setOpened("new")}>
      <Trans>New seller</Trans>
    </Button>
  ) : null;
  return (
    <>
      <PageHeader
        actions={add}
        note={t`What stands here is read by the law: kind, sector, country, who calls, and what they can prove.`}
        title={t`Sellers`}
      />
      <ProblemAlert error={sellers.error} retry={() => void sellers.refetch()} />
      {sellers.data ? (
        sellers.data.length === 0 ? (
          <EmptyState action={add} icon={IconBuildingStore}>
            <Trans>A seller is the company, charity or party on whose behalf you call. There is none yet.</Trans>
          </EmptyState>
        ) : (
          <Stack>
            {sellers.data.map((seller) => (
              <Seller edits={edits} key={seller.id} onEdit={() => setOpened(seller)} seller={seller} />
            ))}
            <Agencies sellers={sellers.data} />
          </Stack>
        )
      ) : (
        <Skeleton height={240} />
      )}
      <SellerForm
        key={opened === "new" ? "new" : (opened?.id ?? "none")}
        onClose={() => setOpened(null)}
        opened={opened}
      />
    </>
  );
}

function Seller({ seller, edits, onEdit }: { seller: SellerOut; edits: boolean; onEdit: () => void }) {
  const { t } = useLingui();
  return (
    <Stack className="surface" gap="sm" p="md">
      <Group align="flex-start" justify="space-between" wrap="nowrap">
        <div>
          <Text component="h2" fw={650} m={0}>
            {seller.name}
          </Text>
          <Text c="dimmed" size="sm">
            {word(ORG_TYPES, seller.org_type)} · {word(SECTORS, seller.sector)} · {seller.country} ·{" "}
            {seller.phone_e164 || t`no telephone number`}
          </Text>
          <Text c="dimmed" size="sm">
            {seller.registrations.length > 0 ? seller.registrations.join(", ") : t`no registrations`}
            {" · "}
            <Trans>pays the registry for {seller.pays_registry_for.length} area codes</Trans>
          </Text>
        </div>
        {edits ? (
          <Button
            aria-label={t`Edit: ${seller.name}`}
            onClick={onEdit}
            size="xs"
            style={{ flexShrink: 0 }}
            variant="default"
          >
            <Trans>Edit</Trans>
          </Button>
        ) : null}
      </Group>
      <CallerIds edits={edits} seller={seller} />
      <Evidence holder={{ seller: seller.id }} name={seller.name} />
    </Stack>
  );
}

const NOBODY: SellerIn = {
  name: "",
  brand: "",
  org_type: "commercial",
  sector: "other",
  country: "US",
  region: "",
  phone_e164: "",
  address: "",
  opt_out_url: "",
};

/** What a seller says of itself; what it can prove is evidence, and only read here. */
function said(seller: SellerOut): SellerIn {
  const { name, brand, org_type, sector, country, region, phone_e164, address, opt_out_url } = seller;
  return { name, brand, org_type, sector, country, region, phone_e164, address, opt_out_url } as SellerIn;
}

function SellerForm({ opened, onClose }: { opened: SellerOut | "new" | null; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const begin: SellerIn = opened && opened !== "new" ? said(opened) : NOBODY;
  const form = useForm<SellerIn>({ initialValues: begin });
  const save = useMutation({
    mutationFn: (values: SellerIn) =>
      opened && opened !== "new" ? tenantsChangeSeller(opened.id, values) : tenantsMakeSeller(values),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getTenantsSellersQueryOptions().queryKey });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const choices = (words: Record<string, unknown>) =>
    Object.keys(words).map((code) => ({ value: code, label: word(words as typeof SECTORS, code) }));
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened !== null}
      size="xl"
      title={opened === "new" ? t`New seller` : t`Edit seller`}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput data-autofocus label={t`Name`} required withAsterisk {...form.getInputProps("name")} />
            <TextInput label={t`Brand`} {...form.getInputProps("brand")} />
            <Select
              allowDeselect={false}
              data={choices(ORG_TYPES)}
              label={t`Kind of organisation`}
              {...form.getInputProps("org_type")}
            />
            <Select allowDeselect={false} data={choices(SECTORS)} label={t`Sector`} {...form.getInputProps("sector")} />
            <TextInput label={t`Country (two letters)`} maxLength={2} {...form.getInputProps("country")} />
            <TextInput
              description={t`Like US-FL; empty where it does not matter.`}
              label={t`Region where its own people sit`}
              maxLength={6}
              {...form.getInputProps("region")}
            />
            <TextInput
              description={t`Read out where no agent is free; people must reach somebody there.`}
              label={t`Telephone`}
              placeholder="+1 800 555 0100"
              {...form.getInputProps("phone_e164")}
            />
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
