"""Every job is known to the screens: its plan stands in the domain, what it does in ``jobs``."""

from hms_desktop.domain import job_plans
from hms_desktop.jobs.registry import JOBS


def test_every_job_has_a_plan_and_every_plan_a_job() -> None:
    why = "put the plan into domain/job_plans.py and make the job with Job.of(plan, run)"
    assert [(job.name, job.title) for job in JOBS] == [
        (plan.name, plan.title) for plan in job_plans.PLANS
    ], why
