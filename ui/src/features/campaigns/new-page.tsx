import { Trans, useLingui } from "@lingui/react/macro";
import { Button, MultiSelect, Select, Skeleton, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { campaignsCreateCampaign, getCampaignsCampaignCatalogueQueryOptions } from "@/shared/api/generated/campaigns";
import { getContactsListsQueryOptions } from "@/shared/api/generated/lists";
import type { CampaignEdit, CatalogueOut, ListOut, SellerOut } from "@/shared/api/generated/model";
import { getTenantsCallerIdsQueryOptions, getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMe } from "@/shared/session/session";
import { MODES, word } from "@/shared/trade/words";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

interface Values {
  name: string;
  template: string;
  seller: string;
  lists: string[];
  caller_id: string;
  mode: string;
  product: string;
}

/** Seven inputs at most between a list and a campaign that can start; the rest has careful beginnings. */
export function NewCampaignPage() {
  const catalogue = useQuery(getCampaignsCampaignCatalogueQueryOptions());
  const lists = useQuery(getContactsListsQueryOptions());
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const { t } = useLingui();
  const error = catalogue.error ?? lists.error ?? sellers.error;
  return (
    <>
      <PageHeader
        note={t`What is not asked here begins with careful values; you can change it on the next page.`}
        title={t`New campaign`}
      />
      <ProblemAlert error={error} />
      {catalogue.data && lists.data && sellers.data ? (
        <NewForm catalogue={catalogue.data} lists={lists.data} sellers={sellers.data} />
      ) : (
        <Skeleton height={420} maw={640} />
      )}
    </>
  );
}

interface NewFormProps {
  catalogue: CatalogueOut;
  lists: readonly ListOut[];
  sellers: readonly SellerOut[];
}

function NewForm({ catalogue, lists, sellers }: NewFormProps) {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const { list } = useSearch({ strict: false }) as { list?: string };
  const published = lists.filter((one) => one.state === "published");
  const form = useForm<Values>({
    initialValues: {
      name: "",
      template: catalogue.templates[0]?.code ?? "",
      seller: sellers[0]?.id ?? "",
      lists: list ? [list] : published.length === 1 && published[0] ? [published[0].id] : [],
      caller_id: "",
      mode: "progressive",
      product: "",
    },
    validate: {
      name: (value) => (value.trim() ? null : t`Give it a name`),
      lists: (value) => (value.length > 0 ? null : t`Choose at least one list`),
    },
  });
  const template = catalogue.templates.find((one) => one.code === form.values.template);
  const callerIds = useQuery({
    ...getTenantsCallerIdsQueryOptions(form.values.seller),
    enabled: form.values.seller !== "",
  });
  const create = useMutation({
    mutationFn: (values: Values) => {
      const settings: CampaignEdit = {
        lists: values.lists,
        mode: values.mode as CampaignEdit["mode"],
        product: values.product,
        ...(values.caller_id ? { caller_id: values.caller_id } : {}),
      };
      return campaignsCreateCampaign({
        name: values.name.trim(),
        template: values.template,
        seller: values.seller,
        language: me.language,
        settings,
      });
    },
    onSuccess: (made) => navigate({ to: "/campaigns/$id", params: { id: made.id } }),
    onError: (error) => {
      if (error instanceof Problem) form.setErrors(error.fields);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack maw={640}>
        <TextInput autoFocus label={t`Name`} withAsterisk {...form.getInputProps("name")} />
        <Select
          allowDeselect={false}
          data={catalogue.templates.map((one) => ({ value: one.code, label: one.label }))}
          label={t`What the calls are for`}
          withAsterisk
          {...form.getInputProps("template")}
          onChange={(code) => {
            const next = catalogue.templates.find((one) => one.code === code);
            form.setFieldValue("template", code ?? "");
            form.setFieldValue("mode", next?.mode || "progressive");
          }}
        />
        {sellers.length > 1 ? (
          <Select
            allowDeselect={false}
            data={sellers.map((one) => ({ value: one.id, label: one.name }))}
            label={t`Seller`}
            withAsterisk
            {...form.getInputProps("seller")}
          />
        ) : null}
        <MultiSelect
          data={published.map((one) => ({ value: one.id, label: `${one.name} (${one.contacts_count})` }))}
          description={t`Called in this order.`}
          label={t`Lists`}
          nothingFoundMessage={t`No list was accepted yet. Bring one first.`}
          searchable
          withAsterisk
          {...form.getInputProps("lists")}
        />
        {(callerIds.data?.length ?? 0) > 1 ? (
          <Select
            data={(callerIds.data ?? []).map((one) => ({ value: one.id, label: `${one.e164} ${one.label}` }))}
            label={t`Caller ID`}
            withAsterisk
            {...form.getInputProps("caller_id")}
          />
        ) : null}
        <Select
          allowDeselect={false}
          data={Object.keys(MODES)
            .filter((mode) => (mode === "broadcast") === (template?.mode === "broadcast"))
            .map((mode) => ({ value: mode, label: word(MODES, mode) }))}
          label={t`Dial mode`}
          withAsterisk
          {...form.getInputProps("mode")}
        />
        <TextInput
          description={t`The good, service or subject, as the script should say it.`}
          label={t`Product or subject`}
          {...form.getInputProps("product")}
        />
        {template?.mode === "broadcast" ? (
          <Textarea
            autosize
            description={
              <Trans>The template's flow. Bring it in under Flows, have it approved, then choose it here.</Trans>
            }
            label={t`Flow`}
            maxRows={10}
            readOnly
            value={template.flow}
          />
        ) : template ? (
          <Textarea
            autosize
            description={<Trans>The template's script. You can change it after creating.</Trans>}
            label={t`Script`}
            maxRows={10}
            readOnly
            value={template.script}
          />
        ) : null}
        {published.length === 0 ? (
          <Text c="dimmed" size="sm">
            <Trans>There is no list yet. Bring one under Lists, then come back.</Trans>
          </Text>
        ) : null}
        <ProblemAlert error={create.error} />
        <div>
          <Button loading={create.isPending} type="submit">
            <Trans>Create campaign</Trans>
          </Button>
        </div>
      </Stack>
    </form>
  );
}
