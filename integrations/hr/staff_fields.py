"""What a table of staff may tell us, under which headings; and which columns we never keep."""

from integrations.tables.maps import Field

FIELDS = (
    Field(
        key="employee_number",
        label="Employee number",
        names=(
            *("Employee No", "Emp No", "Staff number", "Payroll number", "Person number"),
            *("Employee ID", "Staff ID", "Staff No", "Payroll No", "Personal reference"),
            *("Pers.No.", "Personnel number", "Person ID external", "Person ID"),
        ),
        is_needed=True,
        is_code=True,
    ),
    Field(
        key="employing_org_code", label="Code of the trust", names=("Organisation code", "ODS code")
    ),
    Field(
        key="first_name",
        label="First name",
        names=("Forename", "Given name", "Forenames", "Forename 1", "Legal first name"),
        is_needed=True,
    ),
    Field(
        key="last_name",
        label="Last name",
        names=("Surname", "Family name", "Legal last name"),
        is_needed=True,
    ),
    Field(
        key="preferred_name",
        label="Name they like to be called",
        names=("Known as", "Preferred first name"),
    ),
    Field(
        key="email",
        label="Work e-mail address",
        names=(
            *("E-mail", "Email address", "Office e-mail address", "Work email"),
            *("Work email address", "Primary work email"),
        ),
    ),
    Field(
        key="nhs_unique_id", label="NHS Unique ID", names=("NHS unique identifier",), is_code=True
    ),
    Field(
        key="assignment_number",
        label="Assignment number",
        names=("Assignment No", "Assignment"),
        is_code=True,
    ),
    Field(
        key="primary_assignment",
        label="Is it their main assignment?",
        names=("Primary", "Primary flag", "Main assignment"),
    ),
    Field(
        key="assignment_status",
        label="Assignment status",
        names=("Status", "Employment status"),
    ),
    Field(
        key="assignment_category",
        label="Kind of contract, such as bank or fixed term",
        names=("Employee category", "Contract type", "Assignment type", "Worker type", "EE group"),
    ),
    Field(key="staff_group", label="Staff group"),
    Field(key="job_role", label="Job role", names=("Role",)),
    Field(
        key="position_title",
        label="Job title",
        names=("Business title", "Position name", "Post title", "Title of post", "Position"),
    ),
    Field(
        key="organisation_unit",
        label="Ward, team or department",
        names=(
            *("Department", "Ward", "Team", "Organisation", "Org L8", "Unit", "Team name"),
            *(
                "Ward name",
                "Department name",
                "Organisation name",
                "Dept",
                "Supervisory organization",
            ),
            *("Organizational unit",),
        ),
        is_needed=True,
    ),
    Field(
        key="organisation_unit_code",
        label="Its code or cost centre",
        names=(
            *("Cost centre", "Unit code", "Department code", "Cost centre code", "Unit reference"),
            *("Cost center - ID", "Cost center", "Org.unit", "Cost ctr"),
        ),
        is_code=True,
    ),
    Field(
        key="parent_unit_code",
        label="The code of the unit above it",
        names=("Parent unit", "Parent code", "Division code"),
        is_code=True,
    ),
    Field(
        key="contracted_fte",
        label="Full-time equivalent",
        names=("FTE", "WTE", "Contract FTE", "FTE value"),
    ),
    Field(
        key="start_date",
        label="First day at the trust",
        names=(
            *("Hire date", "Latest start date", "Date started", "Start date in trust", "Started"),
            *("Joining date", "Date joined", "Joined", "Date of hire", "Commencement date"),
            *("Entry date", "Continuous service date", "Employment start date"),
        ),
        is_needed=True,
    ),
    Field(
        key="start_date_assignment",
        label="First day in this assignment",
        names=("Assignment start date", "Start date in post", "Position start date"),
    ),
    Field(
        key="end_date_org",
        label="Last day at the trust",
        names=("Leaving date", "Termination date", "Actual termination date", "Date left"),
    ),
    Field(
        key="end_date_contract",
        label="Last day of this assignment",
        names=("Assignment end date", "Contract end date", "Fixed term end date"),
    ),
    Field(
        key="supervisor_employee_number",
        label="Their manager\u2019s employee number",
        names=(
            *("Supervisor number", "Manager number", "Manager employee number", "Supervisor"),
            *("Line manager number", "Line manager no", "Line manager employee number"),
            *("Manager employee ID", "Manager person number", "Manager Pers.No.", "Manager ID"),
            *("Reports to personal reference", "Line manager ID", "Line manager"),
        ),
        is_code=True,
    ),
)
#: what we have no business to know: such columns are dropped before anything is looked at
SENSITIVE = (
    *("birth", "dob", "gender", "sex", "ethnic", "religi", "belief", "disab", "marital"),
    *("national insurance", "ni number", "nino", "nationality", "salary", "pay scale", "payscale"),
    *("spine point", "bank account", "sort code", "home address", "address line", "postcode"),
    *("home phone", "mobile", "telephone", "next of kin", "sickness", "sexual", "pension"),
)
