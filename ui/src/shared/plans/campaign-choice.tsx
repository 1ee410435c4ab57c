import { useLingui } from "@lingui/react/macro";
import { Group, Select } from "@mantine/core";

interface CampaignChoiceProps {
  campaigns: readonly { id: string; name: string }[];
  chosen: string | undefined;
  choose: (campaign: string) => void;
}

/** Of which campaign a plan is made. */
export function CampaignChoice({ campaigns, chosen, choose }: CampaignChoiceProps) {
  const { t } = useLingui();
  return (
    <Group align="flex-end" mb="md">
      <Select
        allowDeselect={false}
        data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
        label={t`Campaign`}
        miw={280}
        onChange={(value) => value && choose(value)}
        searchable
        value={chosen ?? null}
      />
    </Group>
  );
}
