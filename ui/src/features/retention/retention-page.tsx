import { Trans, useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PageHeader } from "@/shared/ui/page-header";
import { HoldsPanel } from "./holds-panel";
import { PurgePanel } from "./purge-panel";
import { TermsPanel } from "./terms-panel";

export interface RetentionSearch {
  view?: string;
  show?: string;
}

/** What must stay, how long the rest is kept and by whose rule, and what was let go. */
export function RetentionPage() {
  const { t } = useLingui();
  const search = useSearch({ strict: false }) as RetentionSearch;
  const navigate = useNavigate();
  const look = (next: RetentionSearch) => void navigate({ to: "/law/retention", search: next, replace: true });
  const view = search.view === "terms" || search.view === "purge" ? search.view : "holds";
  return (
    <>
      <PageHeader
        note={t`What a hold covers stays until two people lift it. The rest goes when its term is over.`}
        title={t`Retention`}
      />
      <Tabs keepMounted={false} onChange={(next) => look({ view: next ?? "holds" })} value={view}>
        <Tabs.List mb="md">
          <Tabs.Tab value="holds">
            <Trans>Holds</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="terms">
            <Trans>Terms</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="purge">
            <Trans>Purge</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="holds">
          <HoldsPanel onShow={(show) => look({ view: "holds", show })} show={search.show === "all" ? "all" : "open"} />
        </Tabs.Panel>
        <Tabs.Panel value="terms">
          <TermsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="purge">
          <PurgePanel />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
