import { useLingui } from "@lingui/react/macro";
import { Badge, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { getPoliciesChangesQueryOptions } from "@/shared/api/generated/policies";
import { number } from "@/shared/time/format";
import { PageHeader } from "@/shared/ui/page-header";
import { Abandonment } from "./parts/abandonment";
import { Changes } from "./parts/changes";
import { Freshness } from "./parts/freshness";
import { Inventory } from "./parts/inventory";
import { Packs } from "./parts/packs";
import { HousePolicy } from "./parts/policy";

const VIEWS = ["laws", "policy", "changes", "fresh", "abandoned", "inventory"] as const;

/** Which law binds, what the house adds to it, and what becomes lawful when. */
export function ConsolePage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { show } = useSearch({ strict: false }) as { show?: string };
  const view = VIEWS.find((one) => one === show) ?? "laws";
  const waiting = useQuery(getPoliciesChangesQueryOptions({ waiting: true }));
  const count = waiting.data?.length ?? 0;
  const choose = (next: string | null) =>
    void navigate({ to: "/law/console", search: next && next !== "laws" ? { show: next } : {}, replace: true });
  return (
    <>
      <PageHeader
        note={t`Which law binds, what your house adds to it, and what becomes lawful when.`}
        title={t`Compliance`}
      />
      <Tabs keepMounted={false} onChange={choose} value={view}>
        <Tabs.List mb="md">
          <Tabs.Tab value="laws">{t`Laws by country`}</Tabs.Tab>
          <Tabs.Tab value="policy">{t`House policy`}</Tabs.Tab>
          <Tabs.Tab
            rightSection={
              count > 0 ? (
                <Badge color="amber" size="sm" variant="light">
                  {number(count)}
                </Badge>
              ) : null
            }
            value="changes"
          >
            {t`Changes`}
          </Tabs.Tab>
          <Tabs.Tab value="fresh">{t`Registries and proofs`}</Tabs.Tab>
          <Tabs.Tab value="abandoned">{t`Abandoned calls`}</Tabs.Tab>
          <Tabs.Tab value="inventory">{t`Callable inventory`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="laws">
          <Packs />
        </Tabs.Panel>
        <Tabs.Panel value="policy">
          <HousePolicy />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <Changes />
        </Tabs.Panel>
        <Tabs.Panel value="fresh">
          <Freshness />
        </Tabs.Panel>
        <Tabs.Panel value="abandoned">
          <Abandonment />
        </Tabs.Panel>
        <Tabs.Panel value="inventory">
          <Inventory />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
