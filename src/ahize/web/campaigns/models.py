"""Campaigns and what belongs to one: its versions, lists in order, agents, dispositions; and the pause codes.

Answers: why, by whom, how and when a seller's contacts are called. Refuses to know: attempts, seats and the engine;
they read a campaign, never the other way round.
"""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ahize.web.accounts.models import User
from ahize.web.base import TenantModel
from ahize.web.contacts.models import ContactList
from ahize.web.tenants.models import Agency, CallerId, Seller


class Mode(models.TextChoices):
    """How numbers are dialled."""

    MANUAL = "manual"
    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    RATIO = "ratio"
    PREDICTIVE = "predictive"
    BROADCAST = "broadcast"


class OnMachine(models.TextChoices):
    """What a broadcast does where a machine answers."""

    LEAVE = "leave"
    HANG_UP = "hang_up"


class JoinWhileRinging(models.TextChoices):
    """Whether an agent is there at the very answer, and hears it ring before."""

    NO = "no"
    SILENT = "silent"
    HEARD = "heard"


class CampaignState(models.TextChoices):
    """Where a campaign stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class FlowVersion(TenantModel):
    """What is said, asked or played next, as its author wrote it; heard by people once a second person approved it.

    ``name``, ``version`` and ``languages`` are the flow's own words; ``sha256`` is of its content. Never changed, only
    approved and archived.
    """

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    languages = ArrayField(models.CharField(max_length=3))
    yaml = models.TextField()
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "sha256"], name="flow_content_once"),
            models.UniqueConstraint(fields=["tenant", "name", "version"], name="flow_version_once"),
        )


class Campaign(TenantModel):
    """A purpose with a script, lists, dispositions, hours and a caller ID.

    ``purpose``, ``promotes`` and the parts of ``setup`` are facts the law reads: while they are unknown (empty, null,
    absent) nobody is dialled. Without an ``agency`` the seller's own people call.

    ``detect`` listens for machines; ``person_cost`` says how many machines put through to agents are as bad as hanging
    up on one person. With a ``confidence`` a campaign that predicts keeps its cap so surely over the period, and not
    strictly at every moment. ``join_while_ringing`` has the agent whom a call is expected to be for joined at the very
    answer, silent or hearing it ring before; not where it is listened who answers. A broadcast plays its ``flow``, over
    so many lines and so many new calls a second at most.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    template = models.CharField(max_length=24, blank=True, default="")
    purpose = models.CharField(max_length=24, blank=True, default="")
    promotes = models.BooleanField(null=True)
    product = models.TextField(blank=True, default="")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.PREVIEW)
    ratio = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(1))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    caller_id = models.ForeignKey(CallerId, on_delete=models.PROTECT, null=True, related_name="+")
    script = models.TextField(blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    hours = models.JSONField(default=dict)
    ring_s_max = models.PositiveSmallIntegerField(default=25)
    wrap_up_s = models.PositiveSmallIntegerField(default=60)
    preview_s = models.PositiveSmallIntegerField(default=120)
    connect_s = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(2))
    abandon_cap = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal("0.02"))
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    abandon_message = models.TextField(blank=True, default="")
    recycling = models.JSONField(default=dict)
    max_attempts = models.PositiveSmallIntegerField(default=6)
    script_discloses = ArrayField(models.TextField(), default=list)
    setup = models.JSONField(default=dict)
    detect = models.BooleanField(default=True)
    person_cost = models.PositiveSmallIntegerField(default=20)
    join_while_ringing = models.CharField(
        max_length=8, choices=JoinWhileRinging.choices, default=JoinWhileRinging.NO, db_default=JoinWhileRinging.NO
    )
    flow = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, null=True, related_name="+")
    flow_agents = models.BooleanField(default=False)
    on_machine = models.CharField(max_length=8, choices=OnMachine.choices, default=OnMachine.HANG_UP)
    broadcast_lines = models.PositiveSmallIntegerField(default=10)
    broadcast_per_s = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(2))
    ai_voice = models.BooleanField(default=False)
    pool_rules = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    state_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    copied_from = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tenant", "state"], name="campaign_by_state"),)


class CampaignVersion(TenantModel):
    """What a campaign was set to, from when, by whom; never changed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    settings = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "version"], name="campaign_version_once"),)


class CampaignList(TenantModel):
    """A list in a campaign; lower positions are dialled first."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_lists")
    list = models.ForeignKey(ContactList, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "list"], name="campaign_list_once"),)


class CampaignNumber(TenantModel):
    """A caller ID in a campaign's pool, beside the campaign's own. While it rests it is not shown.

    The web puts it in and takes it out; the worker lets it rest and heal.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_numbers")
    caller_id = models.ForeignKey(CallerId, on_delete=models.PROTECT, related_name="+")
    rests_until = models.DateTimeField(null=True)
    rests_why = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "caller_id"], name="campaign_number_once"),)


class CampaignAgent(TenantModel):
    """An agent who may sit in a campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="campaign_agents")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "user"], name="campaign_agent_once"),)


class Disposition(TenantModel):
    """What an agent may say a call came to, with its flags and its key."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="dispositions")
    code = models.CharField(max_length=32)
    label_en = models.TextField()
    label_tr = models.TextField()
    key = models.CharField(max_length=2, blank=True, default="")
    flags = ArrayField(models.TextField(), default=list)
    wait_s = models.PositiveIntegerField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["campaign", "code"], name="disposition_code_once"),)


class PauseCode(TenantModel):
    """Why a seat is paused."""

    code = models.CharField(max_length=32)
    label_en = models.TextField()
    label_tr = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "code"], name="pause_code_once"),)
