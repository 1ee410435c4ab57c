import { Trans, useLingui } from "@lingui/react/macro";
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMay } from "@/shared/session/session";
import { PageHeader } from "@/shared/ui/page-header";
import { BundlesPanel } from "./bundles-panel";
import { ReauditPanel } from "./reaudit-panel";
import { SealedPanel } from "./sealed-panel";

export interface ProofSearch {
  view?: string;
  reaudit?: string;
}

/** What can be shown to a stranger: what is sealed, bundles of rulings, and the past decided again. */
export function ProofPage() {
  const { t } = useLingui();
  const search = useSearch({ strict: false }) as ProofSearch;
  const navigate = useNavigate();
  const mayExport = useMay("export_proof");
  const look = (next: ProofSearch) => void navigate({ to: "/law/proof", search: next, replace: true });
  const view = search.view === "bundles" || search.view === "again" ? search.view : "sealed";
  return (
    <>
      <PageHeader
        note={<Trans>Every ruling can be derived again by a stranger, and nothing can be changed unseen.</Trans>}
        title={t`Proof`}
      />
      <Tabs keepMounted={false} onChange={(chosen) => look({ view: chosen ?? "sealed" })} value={view}>
        <Tabs.List mb="md">
          <Tabs.Tab value="sealed">
            <Trans>What is sealed</Trans>
          </Tabs.Tab>
          {mayExport ? (
            <Tabs.Tab value="bundles">
              <Trans>Bundles</Trans>
            </Tabs.Tab>
          ) : null}
          <Tabs.Tab value="again">
            <Trans>Re-audit</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="sealed">
          <SealedPanel />
        </Tabs.Panel>
        <Tabs.Panel value="bundles">{mayExport ? <BundlesPanel /> : null}</Tabs.Panel>
        <Tabs.Panel value="again">
          <ReauditPanel chosen={search.reaudit} choose={(reaudit) => look({ view: "again", reaudit })} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
